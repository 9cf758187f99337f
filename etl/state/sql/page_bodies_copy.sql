COPY raw.page_body (stream_id, fetched_on, page_id, part, content_type, body) FROM STDIN (FORMAT binary)
