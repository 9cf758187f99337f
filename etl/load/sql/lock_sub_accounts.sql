-- locking sub-accounts
-- The gate before their versions: who holds it sees all versions that others committed, so that the latest name wins.
SELECT d.sub_account_key
FROM wh.dim_sub_account d
WHERE d.source_key = $1::bigint
  AND (d.sub_account_type, d.sub_account_id) IN (SELECT w.type, w.id FROM jsonb_to_recordset($2::jsonb) AS w(type text, id text))
ORDER BY d.sub_account_key
FOR NO KEY UPDATE OF d
