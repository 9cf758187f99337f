-- listing the reads whose pages are kept
-- Of each range the last one, by range; a read of which a page's body is gone is left out.
SELECT s.slice_start, s.slice_end, s.run_id
FROM (SELECT DISTINCT ON (p.slice_start, p.slice_end) p.slice_start, p.slice_end, p.run_id
      FROM etl.page p
      WHERE p.stream_id = $1 AND p.scope_key = $2
      ORDER BY p.slice_start, p.slice_end, p.run_id DESC) AS s
WHERE NOT EXISTS (SELECT FROM etl.page p
                  WHERE p.stream_id = $1 AND p.scope_key = $2 AND p.slice_start = s.slice_start AND p.slice_end = s.slice_end AND p.run_id = s.run_id
                    AND NOT EXISTS (SELECT FROM raw.page_body b
                                    WHERE b.stream_id = $1 AND b.page_id = p.page_id
                                      AND b.fetched_on = (p.requested_at AT TIME ZONE 'UTC')::date))
ORDER BY s.slice_start, s.slice_end
