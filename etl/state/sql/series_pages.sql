-- listing stored pages
SELECT page_id, record_count, (requested_at AT TIME ZONE 'UTC')::date, encode(body_sha256, 'hex'), body_bytes, parent_record
FROM etl.page
WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND slice_end = $4::date AND run_id = $5::bigint
ORDER BY page_no, page_id
