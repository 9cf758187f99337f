-- storing a reject
INSERT INTO etl.quarantine AS q (stream_id, scope_key, slice_start, slice_end, run_id, page_id, record_path, record_sha256, reason_code, reason,
                                 field, raw_record, occurrences, amount_hint, currency_hint)
VALUES ($1, $2, $3::date, $4::date, $5::bigint, $6::bigint, $7, decode($8, 'hex'), $9, $10, nullif($11, ''), $12, $13::integer, $14::numeric,
        nullif($15, ''))
ON CONFLICT (stream_id, scope_key, slice_start, record_sha256, reason_code) DO UPDATE SET
    slice_end = excluded.slice_end, run_id = excluded.run_id, page_id = excluded.page_id, record_path = excluded.record_path,
    reason = excluded.reason, field = excluded.field, occurrences = excluded.occurrences, amount_hint = excluded.amount_hint,
    currency_hint = excluded.currency_hint, last_seen_at = excluded.last_seen_at, times_seen = q.times_seen + 1,
    status = CASE q.status WHEN 'ignored' THEN 'ignored' ELSE 'open' END,
    resolved_at = CASE q.status WHEN 'ignored' THEN q.resolved_at END,
    resolved_by = CASE q.status WHEN 'ignored' THEN q.resolved_by END
