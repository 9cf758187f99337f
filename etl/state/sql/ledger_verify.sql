-- closing an unchanged slice in the ledger
-- $14 as $15 of ledger_close. Finds nothing where the row is not what the caller read, or does not describe a load of just so many lines.
UPDATE etl.slice SET
    generation = generation + 1, attempt = $6::uuid, end_proof = CASE WHEN $14::boolean THEN end_proof ELSE $7 END, content_sha256 = decode($8, 'hex'),
    read_rows = $9::bigint, duplicate_rows = $11::bigint, quarantined_rows = $12::bigint,
    status = CASE WHEN $9::bigint = 0 THEN 'empty' ELSE 'complete' END,
    last_run_id = $13::bigint, last_verified_at = CASE WHEN $14::boolean THEN last_verified_at ELSE now() END,
    verify_count = verify_count + CASE WHEN $14::boolean THEN 0 ELSE 1 END,
    held_run_id = CASE WHEN $14::boolean THEN held_run_id END, held_lines = CASE WHEN $14::boolean THEN held_lines END,
    failed_run_id = CASE WHEN $14::boolean THEN failed_run_id END, problem = CASE WHEN $14::boolean THEN problem END
WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND slice_end = $4::date AND generation = $5::bigint
  AND first_complete_at IS NOT NULL AND loaded_rows = $10::bigint
