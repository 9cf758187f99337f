-- closing a reject that is gone
UPDATE etl.quarantine SET status = 'replayed', resolved_at = now(), resolved_by = 'run ' || $4::text
WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND record_sha256 = decode($5, 'hex') AND reason_code = $6
