-- reading the slice's rejects
SELECT encode(record_sha256, 'hex'), reason_code, occurrences
FROM etl.quarantine
WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND status <> 'replayed'
