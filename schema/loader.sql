-- What the loader must do and its role may not: functions that belong to the warehouse's owner and do just that (schema/roles.sql).
-- Applied by `billhouse migrate`, again whenever this file differs. Partitions have theirs in migrations/.

CREATE OR REPLACE FUNCTION etl.supersede_slices(p_stream_id integer, p_scope_key text, p_start date, p_end date, p_run_id bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    removed integer;
BEGIN
    WITH gone AS (
        DELETE FROM etl.slice
        WHERE stream_id = p_stream_id AND scope_key = p_scope_key AND slice_start > p_start AND slice_start < p_end AND slice_end <= p_end
        RETURNING slice_start
    ), closed AS (
        UPDATE etl.quarantine q SET status = 'replayed', resolved_at = now(), resolved_by = 'run ' || p_run_id
        FROM gone
        WHERE q.stream_id = p_stream_id AND q.scope_key = p_scope_key AND q.slice_start = gone.slice_start AND q.status <> 'replayed'
    )
    SELECT count(*) INTO removed FROM gone;
    RETURN removed;
END $$;
COMMENT ON FUNCTION etl.supersede_slices IS 'Removes from the ledger the slices that a longer one, [p_start, p_end), now covers, and closes their rejects: the longer slice''s read has met them again. Returns how many slices. The loader''s only way to delete from the ledger.';
REVOKE ALL ON FUNCTION etl.supersede_slices FROM PUBLIC;
