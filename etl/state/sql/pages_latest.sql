-- looking for the pages that this range was read from last
-- Nothing where any of their bodies is gone.
SELECT p.page_id, encode(p.content_sha256, 'hex')
FROM etl.page p
WHERE p.stream_id = $1 AND p.scope_key = $2 AND p.slice_start = $3::date AND p.slice_end = $4::date
  AND p.run_id = (SELECT max(run_id) FROM etl.page
                  WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND slice_end = $4::date)
  AND EXISTS (SELECT FROM raw.page_body b
              WHERE b.stream_id = $1 AND b.page_id = p.page_id AND b.fetched_on = (p.requested_at AT TIME ZONE 'UTC')::date)
ORDER BY p.page_no, p.page_id
