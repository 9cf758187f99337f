-- storing what is known of pages
INSERT INTO etl.page (page_id, run_id, stream_id, scope_key, slice_start, slice_end, page_no, attempt, requested_at, duration_ms, http_status,
                      url, vendor_trace_id, record_count, declared_total, body_bytes, body_sha256, content_sha256, parent_record)
SELECT p.page_id, $1::bigint, $2::integer, $3, $4::date, $5::date, p.page_no, p.attempt, p.requested_at, p.duration_ms, p.http_status,
       p.url, nullif(p.vendor_trace_id, ''), p.record_count, p.declared_total, p.body_bytes, decode(p.body_sha256, 'hex'),
       decode(p.content_sha256, 'hex'), p.parent_record
FROM jsonb_to_recordset($6::jsonb)
     AS p(page_id bigint, page_no bigint, attempt integer, requested_at timestamptz, duration_ms bigint, http_status integer, url text,
          vendor_trace_id text, record_count bigint, declared_total bigint, body_bytes bigint, body_sha256 text, content_sha256 text,
          parent_record integer)
