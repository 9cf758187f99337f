COPY raw.page_body (fetched_on, page_id, content_type, body) FROM STDIN (FORMAT binary)
