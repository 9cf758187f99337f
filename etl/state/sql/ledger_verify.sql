-- closing an unchanged slice in the ledger
-- Finds nothing where the row is not what the caller read, or does not describe a load of just so many lines.
UPDATE etl.slice SET
    generation = generation + 1, attempt = $6::uuid, end_proof = $7, content_sha256 = decode($8, 'hex'),
    read_rows = $9::bigint, duplicate_rows = $11::bigint, quarantined_rows = $12::bigint,
    status = CASE WHEN $9::bigint = 0 THEN 'empty' ELSE 'complete' END,
    last_run_id = $13::bigint, last_verified_at = now(), verify_count = verify_count + 1,
    held_run_id = NULL, failed_run_id = NULL, problem = NULL
WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND slice_end = $4::date AND generation = $5::bigint
  AND first_complete_at IS NOT NULL AND loaded_rows = $10::bigint
