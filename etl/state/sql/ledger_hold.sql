-- marking a slice as held
INSERT INTO etl.slice AS x (stream_id, scope_key, slice_start, slice_end, status, held_run_id, held_lines, problem)
VALUES ($1, $2, $3::date, $4::date, 'held', $6::bigint, $8::bigint, $7)
ON CONFLICT (stream_id, scope_key, slice_start) DO UPDATE SET
    generation = x.generation + 1, held_run_id = excluded.held_run_id, held_lines = excluded.held_lines, failed_run_id = NULL, problem = excluded.problem,
    status = CASE WHEN x.first_complete_at IS NULL THEN 'held' ELSE x.status END
WHERE x.generation = $5::bigint
