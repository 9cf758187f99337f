-- looking for an attempt in the ledger
SELECT EXISTS (SELECT FROM etl.slice WHERE stream_id = $1 AND scope_key = $2 AND slice_start = $3::date AND attempt = $4::uuid)
