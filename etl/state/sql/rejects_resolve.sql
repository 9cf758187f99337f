-- closing rejects that are gone
-- Those stored by this very transaction carry its time.
UPDATE etl.quarantine SET status = 'replayed', resolved_at = now(), resolved_by = 'run ' || $4::text
WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND status <> 'replayed' AND last_seen_at < now()
