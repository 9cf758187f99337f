-- reading the ledger
SELECT slice_start, slice_end, status, first_complete_at IS NOT NULL, generation, encode(content_sha256, 'hex'), held_run_id IS NOT NULL,
       coalesce(held_lines, 0), failed_run_id IS NOT NULL
FROM etl.slice
WHERE stream_id = $1 AND scope_key = $2 AND slice_start < $4::date AND slice_end > $3::date
ORDER BY slice_start
