-- closing the run
UPDATE etl.run SET
    status = $2, finished_at = now(), error_code = $3, error_message = $4,
    slices = $5::integer, slices_failed = $6::integer, slices_held = $7::integer, pages = $8::integer, rows_in = $9::bigint,
    rows_inserted = $10::bigint, rows_late = $11::bigint, rows_reappeared = $12::bigint, rows_restated = $13::bigint,
    rows_relabelled = $14::bigint, rows_vanished = $15::bigint, rows_unchanged = $16::bigint, rows_duplicate = $17::bigint,
    rows_quarantined = $18::bigint
WHERE run_id = $1
