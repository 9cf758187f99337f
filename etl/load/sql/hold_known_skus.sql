-- locking known SKUs
-- As for sub-accounts; meter and units, which keep no history, must be those that the lines bring.
SELECT count(*), count(*) FILTER (WHERE held.other)
FROM (SELECT (d.sku_name, d.meter_name, d.pricing_unit, d.consumed_unit)
             IS DISTINCT FROM (v.sku_name, w.meter, w.pricing_unit, w.consumed_unit) AS other
      FROM jsonb_to_recordset($1::jsonb) AS w(key bigint, version_key bigint, meter text, pricing_unit text, consumed_unit text)
      JOIN wh.dim_sku d ON d.sku_key = w.key
      JOIN wh.dim_sku_version v ON v.sku_version_key = w.version_key
      ORDER BY d.sku_key
      FOR NO KEY UPDATE OF d) AS held
