-- locking SKUs
-- The gate before their versions, as for sub-accounts.
SELECT d.sku_key
FROM wh.dim_sku d
WHERE d.source_key = $1::bigint
  AND (d.service_key, d.sku_code) IN (SELECT w.service_key, w.code FROM jsonb_to_recordset($2::jsonb) AS w(service_key bigint, code text))
ORDER BY d.sku_key
FOR NO KEY UPDATE OF d
