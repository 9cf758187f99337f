-- describing SKUs
-- Name: as for sub-accounts. Meter and units keep no history: lines at least as recent as all that is known of the SKU decide.
WITH wanted AS (
    SELECT DISTINCT ON (r.service_key, r.code) r.*
    FROM jsonb_to_recordset($2::jsonb) AS r(service_key bigint, code text, meter text, pricing_unit text, consumed_unit text, last_date date)
    ORDER BY r.service_key, r.code, r.last_date DESC, r.meter, r.pricing_unit, r.consumed_unit
), described AS (
    SELECT d.sku_key, latest.sku_name,
           CASE WHEN recent THEN w.meter ELSE d.meter_name END AS meter_name,
           CASE WHEN recent THEN w.pricing_unit ELSE d.pricing_unit END AS pricing_unit,
           CASE WHEN recent THEN w.consumed_unit ELSE d.consumed_unit END AS consumed_unit
    FROM wanted w
    JOIN wh.dim_sku d ON d.source_key = $1::bigint AND d.service_key = w.service_key AND d.sku_code = w.code
    CROSS JOIN LATERAL (SELECT max(v.last_charge_date) <= w.last_date AS recent FROM wh.dim_sku_version v WHERE v.sku_key = d.sku_key) seen
    CROSS JOIN LATERAL (SELECT v.sku_name FROM wh.dim_sku_version v WHERE v.sku_key = d.sku_key
                        ORDER BY v.sku_name IS NULL, v.last_charge_date DESC, v.first_charge_date DESC, v.sku_name LIMIT 1) latest
)
UPDATE wh.dim_sku d
SET sku_name = n.sku_name, meter_name = n.meter_name, pricing_unit = n.pricing_unit, consumed_unit = n.consumed_unit, updated_at = now()
FROM described n
WHERE n.sku_key = d.sku_key
  AND (d.sku_name, d.meter_name, d.pricing_unit, d.consumed_unit) IS DISTINCT FROM (n.sku_name, n.meter_name, n.pricing_unit, n.consumed_unit)
