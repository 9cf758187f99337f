-- 6. Which days are missing, failed, or held for a person?
-- No rows = every slice that is due was read to its proven end.
-- psql -f schema/questions/06_missing_days.sql
SELECT stream_code, scope_key, gap_from, gap_to, kind, is_loaded, problem
FROM mart.slice_gap
ORDER BY stream_code, scope_key, gap_from;
