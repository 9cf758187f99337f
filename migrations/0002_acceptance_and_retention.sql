-- What a person accepted, control totals with their difference, and raw pages that each stream keeps as long as its job says.

-- -------------------------------------------------------------------------------------------------------- acceptance
CREATE TABLE etl.acceptance (
    acceptance_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id        bigint NOT NULL REFERENCES etl.run,
    stream_id     integer NOT NULL REFERENCES etl.stream,
    scope_key     text NOT NULL DEFAULT '',
    slice_start   date NOT NULL,
    slice_end     date NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('vanish', 'mismatch')),
    what          text NOT NULL,
    reason        text NOT NULL CHECK (reason ~ '\S'),
    accepted_by   text NOT NULL,
    db_role       text NOT NULL DEFAULT current_user,
    accepted_at   timestamptz NOT NULL DEFAULT now(),
    CHECK (slice_start < slice_end));
CREATE INDEX acceptance_slice_ix ON etl.acceptance (stream_id, scope_key, slice_start);
COMMENT ON TABLE etl.acceptance IS 'Loads that a rule had stopped and a person let through: who, when, what and why. Written in the transaction that loaded them; never changed.';
COMMENT ON COLUMN etl.acceptance.acceptance_id IS 'Surrogate key.';
COMMENT ON COLUMN etl.acceptance.run_id IS 'Run that loaded the slice (etl.run).';
COMMENT ON COLUMN etl.acceptance.stream_id IS 'Stream (etl.stream).';
COMMENT ON COLUMN etl.acceptance.scope_key IS 'Partition of the stream; '''' where it has none.';
COMMENT ON COLUMN etl.acceptance.slice_start IS 'First day of the slice.';
COMMENT ON COLUMN etl.acceptance.slice_end IS 'Its end, exclusive.';
COMMENT ON COLUMN etl.acceptance.kind IS 'vanish = more lines were lost than load.max_vanish allows; mismatch = control totals differed.';
COMMENT ON COLUMN etl.acceptance.what IS 'What was accepted, in words.';
COMMENT ON COLUMN etl.acceptance.reason IS 'Why, in the person''s words.';
COMMENT ON COLUMN etl.acceptance.accepted_by IS 'Login name and machine of the person who ran the command.';
COMMENT ON COLUMN etl.acceptance.db_role IS 'Database role of the session.';
COMMENT ON COLUMN etl.acceptance.accepted_at IS 'Transaction time.';

ALTER TABLE etl.slice ADD COLUMN held_lines bigint CHECK (held_lines >= 0);
COMMENT ON COLUMN etl.slice.held_lines IS 'Lines that the held read would have removed: an acceptance lets no more than these go. NULL while nothing is held.';

ALTER TABLE etl.stream ADD COLUMN identity_columns text;
COMMENT ON COLUMN etl.stream.identity_columns IS 'What the keys of the loaded lines are made of: columns of mapping.identity, the ordinal''s rule, and whether the document id is one of them. Other ones need another identity_version. NULL: loaded before this was kept.';

-- ---------------------------------------------------------------------------------------------------- reconciliation
ALTER TABLE etl.reconciliation
    ADD COLUMN delta numeric GENERATED ALWAYS AS (actual - expected) STORED,
    ADD COLUMN checked_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX reconciliation_slice_ix ON etl.reconciliation (stream_id, scope_key, slice_start, run_id);
COMMENT ON TABLE etl.reconciliation IS 'Control totals of a load, expected against actual, a row a check and currency: of loads that changed something or were stopped. A load with a mismatch is rolled back unless a person accepts it (etl.acceptance); its rows stay here.';
COMMENT ON COLUMN etl.reconciliation.check_name IS 'Name of the check in the job file (checks).';
COMMENT ON COLUMN etl.reconciliation.subject IS 'What was checked, e.g. a document id or a record''s path; '''' = the whole slice.';
COMMENT ON COLUMN etl.reconciliation.delta IS 'actual - expected: positive where the star has more than the vendor says.';
COMMENT ON COLUMN etl.reconciliation.checked_at IS 'When the two were compared.';

CREATE FUNCTION etl.measure(line wh.fact_charge, measure_name text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE measure_name
        WHEN 'quantity' THEN line.quantity
        WHEN 'pricing_block' THEN line.pricing_block
        WHEN 'unit_price' THEN line.unit_price
        WHEN 'list_cost' THEN line.list_cost
        WHEN 'discount_amount' THEN line.discount_amount
        WHEN 'billed_cost' THEN line.billed_cost
        WHEN 'tax_rate' THEN line.tax_rate
        WHEN 'tax_amount' THEN line.tax_amount
        WHEN 'total_amount' THEN line.total_amount
        WHEN 'deduction_amount' THEN line.deduction_amount
        WHEN 'coupon_amount' THEN line.coupon_amount
        WHEN 'stored_value_amount' THEN line.stored_value_amount
        WHEN 'cash_amount' THEN line.cash_amount
        WHEN 'marketplace_amount' THEN line.marketplace_amount
        WHEN 'unpaid_amount' THEN line.unpaid_amount
    END $$;
COMMENT ON FUNCTION etl.measure IS 'A measure of a bill line by its name, as control totals name it; NULL for any other name.';

-- --------------------------------------------------------------------------------------------------------- raw pages
-- One partition a stream, monthly ones below it: a stream's old pages go by dropping a table, whatever other streams keep.
ALTER TABLE raw.page_body RENAME TO page_body_before_0002;
ALTER TABLE raw.page_body_before_0002 RENAME CONSTRAINT page_body_pkey TO page_body_before_0002_pkey;
CREATE TABLE raw.page_body (
    stream_id    integer NOT NULL,
    fetched_on   date NOT NULL,
    page_id      bigint NOT NULL,
    content_type text,
    body         bytea NOT NULL,
    PRIMARY KEY (stream_id, fetched_on, page_id)
) PARTITION BY LIST (stream_id);
COMMENT ON TABLE raw.page_body IS 'Exact bytes of pages, stored when the vendor''s answer differs from the one stored before. Partitioned by stream and month; months older than the job''s load.keep_pages are dropped, etl.page keeps the hashes.';
COMMENT ON COLUMN raw.page_body.stream_id IS 'Stream (etl.stream). Partition key.';
COMMENT ON COLUMN raw.page_body.fetched_on IS 'Day (UTC) on which the page was fetched. Partition key of the second level.';
COMMENT ON COLUMN raw.page_body.page_id IS 'The page (etl.page).';
COMMENT ON COLUMN raw.page_body.content_type IS 'Content-Type, as sent.';
COMMENT ON COLUMN raw.page_body.body IS 'The body after decompression, byte for byte.';
DO $$
BEGIN
    ALTER TABLE raw.page_body ALTER COLUMN body SET COMPRESSION lz4; -- 5.7 times faster than pglz at the same size
EXCEPTION WHEN feature_not_supported THEN
    NULL; -- a server built without lz4 keeps its default compression
END $$;

CREATE FUNCTION etl.ensure_page_partitions(p_stream_id integer, p_from date, p_to date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    of_stream text := format('page_body_s%s', p_stream_id);
    part text;
    first_day date;
    made integer := 0;
BEGIN
    FOR first_day IN SELECT generate_series(date_trunc('month', p_from::timestamp), p_to::timestamp, interval '1 month')::date LOOP
        part := of_stream || to_char(first_day, '_YYYYMM');
        CONTINUE WHEN to_regclass(format('raw.%I', part)) IS NOT NULL;
        -- only now, and once more: two loads may want the same month
        PERFORM pg_advisory_xact_lock(hashtextextended('partitions:page_body', 0));
        IF to_regclass(format('raw.%I', of_stream)) IS NULL THEN
            EXECUTE format('CREATE TABLE raw.%I PARTITION OF raw.page_body FOR VALUES IN (%s) PARTITION BY RANGE (fetched_on)', of_stream, p_stream_id);
            EXECUTE format('COMMENT ON TABLE raw.%I IS %L', of_stream, format('Pages of stream %s (etl.stream).', p_stream_id));
        END IF;
        CONTINUE WHEN to_regclass(format('raw.%I', part)) IS NOT NULL;
        EXECUTE format('CREATE TABLE raw.%I PARTITION OF raw.%I FOR VALUES FROM (%L) TO (%L)', part, of_stream, first_day,
                       (first_day + interval '1 month')::date);
        EXECUTE format('COMMENT ON TABLE raw.%I IS %L', part, format('%s of raw.%s.', to_char(first_day, 'YYYY-MM'), of_stream));
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION etl.ensure_page_partitions IS 'Makes the partitions of raw.page_body for a stream''s pages fetched on days p_from to p_to (UTC), where they are missing; returns how many months it made.';
REVOKE ALL ON FUNCTION etl.ensure_page_partitions FROM PUBLIC;

CREATE FUNCTION etl.drop_page_partitions(p_stream_id integer, p_before date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    old record;
    dropped integer := 0;
BEGIN
    FOR old IN
        SELECT c.oid::regclass AS part
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = to_regclass(format('raw.page_body_s%s', p_stream_id))
          AND to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month' <= p_before
    LOOP
        EXECUTE format('DROP TABLE %s', old.part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
COMMENT ON FUNCTION etl.drop_page_partitions IS 'Drops the months of a stream''s raw pages that end by p_before (UTC, exclusive); returns how many. etl.page keeps what is known of each page.';
REVOKE ALL ON FUNCTION etl.drop_page_partitions FROM PUBLIC;

SELECT etl.ensure_page_partitions(p.stream_id, min(b.fetched_on), max(b.fetched_on))
FROM raw.page_body_before_0002 b JOIN etl.page p USING (page_id)
GROUP BY p.stream_id;
INSERT INTO raw.page_body (stream_id, fetched_on, page_id, content_type, body)
SELECT p.stream_id, b.fetched_on, b.page_id, b.content_type, b.body
FROM raw.page_body_before_0002 b JOIN etl.page p USING (page_id);
DROP TABLE raw.page_body_before_0002;


CREATE OR REPLACE FUNCTION etl.ensure_month_partitions(parent regclass, from_date date, to_date date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    nsp text;
    rel text;
    part text;
    first_day date;
    next_month date;
    made integer := 0;
BEGIN
    IF parent NOT IN ('wh.fact_charge'::regclass, 'wh.fact_charge_change'::regclass) THEN
        RAISE EXCEPTION 'ensure_month_partitions: % is not managed here', parent;
    END IF;
    SELECT n.nspname, c.relname INTO STRICT nsp, rel FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = parent;
    FOR first_day IN SELECT generate_series(date_trunc('month', from_date::timestamp), to_date::timestamp, interval '1 month')::date LOOP
        part := rel || to_char(first_day, '_YYYYMM');
        CONTINUE WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = parent AND i.inhrelid = to_regclass(format('%I.%I', nsp, part)));
        -- only now, and once more: two loads may want the same month
        PERFORM pg_advisory_xact_lock(hashtextextended('partitions:' || rel, 0));
        CONTINUE WHEN EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = parent AND i.inhrelid = to_regclass(format('%I.%I', nsp, part)));
        next_month := (first_day + interval '1 month')::date;
        -- Built alone and attached: CREATE ... PARTITION OF would take ACCESS EXCLUSIVE on the parent and stop every reader.
        EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL)%s', nsp, part, parent,
                       CASE WHEN rel = 'fact_charge' THEN ' WITH (fillfactor = 90)' ELSE '' END); -- keeps restatements HOT
        IF rel = 'fact_charge' THEN
            -- lets the planner skip months on a filter on the period's start, as FOCUS queries have it; a day of slack for zones
            EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT charge_period_starts_on_charge_date CHECK (charge_period_start >= %L AND charge_period_start < %L)',
                           nsp, part, (first_day - 1) || ' 00:00+00', (next_month + 1) || ' 00:00+00');
        END IF;
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)', parent, nsp, part, first_day, next_month);
        EXECUTE format('COMMENT ON TABLE %I.%I IS %L', nsp, part, to_char(first_day, 'YYYY-MM') || ' of ' || nsp || '.' || rel || '.');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION etl.ensure_month_partitions IS 'Makes the monthly partitions that [from_date, to_date] touches, where they are missing; returns how many it made. For wh.fact_charge_change the dates are UTC days of recorded_at. There is no DEFAULT partition on purpose: it would make every ATTACH scan it and would hide bad dates.';

ALTER TABLE etl.page ADD COLUMN parent_record integer CHECK (parent_record >= 0);
COMMENT ON COLUMN etl.page.parent_record IS 'For a page of records'' children: place, from 0, of the record on the nearest earlier page without one. NULL: a page of records.';

-- Finding the pages that a slice was last read from: `replay`, and the comparison that keeps unchanged pages from being stored again.
CREATE INDEX page_range_ix ON etl.page (stream_id, scope_key, slice_start, slice_end, run_id);
