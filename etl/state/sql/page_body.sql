-- reading a part of a stored page
SELECT encode(body, 'hex') FROM raw.page_body
WHERE stream_id = $1 AND fetched_on = $2::date AND page_id = $3::bigint AND part = $4
