-- reading the windows that wait
-- Of each stream and partition the first ten slices that are held or failed.
SELECT stream_code, scope_key, gap_from, kind, problem
FROM (SELECT stream_code, scope_key, gap_from, kind, problem, row_number() OVER (PARTITION BY stream_code, scope_key ORDER BY gap_from) AS place
      FROM mart.slice_gap
      WHERE kind IN ('held', 'failed')) AS waiting
WHERE place <= 10
ORDER BY stream_code, scope_key, gap_from
