-- Rules for a warehouse right after a run was killed or failed, before any other run: the invariants of tests/support/invariants.sql
-- hold too. sweep.today is the day for which the run loaded: a slice that ends later is still open and does not count.

-- rule: the watermark is where the ledger's unbroken run ends
WITH RECURSIVE unbroken AS (
    SELECT stream_id, scope_key, earliest AS reached FROM (SELECT DISTINCT stream_id, scope_key FROM etl.slice) AS loaded JOIN etl.stream USING (stream_id)
    UNION
    SELECT u.stream_id, u.scope_key, x.slice_end
    FROM unbroken u
    JOIN etl.slice x ON x.stream_id = u.stream_id AND x.scope_key = u.scope_key AND x.first_complete_at IS NOT NULL
                    AND x.slice_start <= u.reached AND x.slice_end > u.reached AND x.slice_end <= current_setting('sweep.today')::date
), ledger AS (
    SELECT stream_id, scope_key, nullif(max(reached), min(earliest)) AS complete_through
    FROM unbroken JOIN etl.stream USING (stream_id) GROUP BY 1, 2
)
SELECT format('stream %s %s: ledger %s, watermark %s', stream_id, scope_key, l.complete_through, w.complete_through)
FROM ledger l FULL JOIN etl.watermark w USING (stream_id, scope_key)
WHERE l.complete_through IS DISTINCT FROM w.complete_through

-- rule: the ledger's windows are the star's, with as many lines
SELECT format('stream %s %s, window %s: ledger %s lines, star %s', stream_id, scope_key, slice_start, l.loaded_rows, s.lines)
FROM (SELECT stream_id, scope_key, slice_start, loaded_rows FROM etl.slice WHERE loaded_rows > 0) AS l
FULL JOIN (
    SELECT f.stream_id, f.scope_key, x.slice_start, count(*) AS lines
    FROM wh.fact_charge f
    LEFT JOIN etl.slice x ON x.stream_id = f.stream_id AND x.scope_key = f.scope_key AND f.charge_date >= x.slice_start AND f.charge_date < x.slice_end
    GROUP BY 1, 2, 3) AS s USING (stream_id, scope_key, slice_start)
WHERE l.loaded_rows IS DISTINCT FROM s.lines

-- rule: nothing staged is left
SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname LIKE 'staged%'

-- rule: no lock outlives its session
SELECT format('%s %s', locktype, mode) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
