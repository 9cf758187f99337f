-- marking a slice as failed
-- What describes the data in the star stays. The reason of a hold is not overwritten: that one waits for a person.
INSERT INTO etl.slice AS x (stream_id, scope_key, slice_start, slice_end, status, failed_run_id, problem)
VALUES ($1, $2, $3::date, $4::date, 'failed', $5::bigint, $6)
ON CONFLICT (stream_id, scope_key, slice_start) DO UPDATE SET
    generation = x.generation + 1, failed_run_id = excluded.failed_run_id,
    problem = CASE WHEN x.held_run_id IS NULL THEN excluded.problem ELSE x.problem END
