-- listing slices with open rejects
SELECT DISTINCT slice_start FROM etl.quarantine
WHERE stream_id = $1 AND scope_key = $2 AND status = 'open'
