-- writing descriptions of SKUs
WITH wanted AS (
    SELECT d.sku_key, w.name, w.version AS version_hash, min(w.first_date) AS first_date, max(w.last_date) AS last_date
    FROM jsonb_to_recordset($2::jsonb) AS w(service_key bigint, code text, name text, version uuid, first_date date, last_date date)
    JOIN wh.dim_sku d ON d.source_key = $1::bigint AND d.service_key = w.service_key AND d.sku_code = w.code
    GROUP BY d.sku_key, w.name, w.version
), widened AS (
    UPDATE wh.dim_sku_version v
    SET first_charge_date = least(v.first_charge_date, w.first_date), last_charge_date = greatest(v.last_charge_date, w.last_date)
    FROM wanted w
    WHERE v.sku_key = w.sku_key AND v.version_hash = w.version_hash
      AND (w.first_date < v.first_charge_date OR w.last_date > v.last_charge_date)
)
INSERT INTO wh.dim_sku_version (sku_key, sku_name, version_hash, first_charge_date, last_charge_date)
SELECT w.sku_key, w.name, w.version_hash, w.first_date, w.last_date
FROM wanted w
WHERE NOT EXISTS (SELECT FROM wh.dim_sku_version v WHERE v.sku_key = w.sku_key AND v.version_hash = w.version_hash)
