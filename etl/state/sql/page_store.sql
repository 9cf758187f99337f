-- storing a page
INSERT INTO etl.page (page_id, run_id, stream_id, scope_key, slice_start, slice_end, page_no, attempt, requested_at, duration_ms, http_status,
                      url, vendor_trace_id, record_count, declared_total, body_bytes, body_sha256, content_sha256, parent_record)
VALUES ($1::bigint, $2::bigint, $3::integer, $4, $5::date, $6::date, $7::bigint, $8::integer, $9::timestamptz, $10::bigint, $11::integer,
        $12, nullif($13, ''), $14::bigint, $15::bigint, $16::bigint, decode($17, 'hex'), decode($18, 'hex'), $19::integer)
