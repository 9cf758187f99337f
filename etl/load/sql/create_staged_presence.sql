-- creating the staging table of lines that come or go
CREATE TEMP TABLE IF NOT EXISTS load_presence (
    recorded_at timestamptz NOT NULL, -- tells this merge's rows from those of another one in the same transaction
    charge_date date NOT NULL,
    charge_key  uuid NOT NULL,
    op          text NOT NULL,        -- 'late', 'reappear' or 'vanish'
    sign        integer NOT NULL      -- of the journal's deltas: -1 for vanish
) ON COMMIT DELETE ROWS
