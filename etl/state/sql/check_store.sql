-- storing a control total
INSERT INTO etl.reconciliation (run_id, stream_id, scope_key, slice_start, check_name, subject, currency_code, expected, actual, tolerance)
VALUES ($4::bigint, $1, $2, $3::date, $5, $6, $7, $8::numeric, $9::numeric, $10::numeric)
ON CONFLICT (run_id, stream_id, scope_key, slice_start, check_name, subject, currency_code) DO NOTHING
