-- adding SKUs
INSERT INTO wh.dim_sku (source_key, service_key, sku_code, sku_name, meter_name, pricing_unit, consumed_unit)
SELECT DISTINCT ON (w.service_key, w.code) $1::bigint, w.service_key, w.code, w.name, w.meter, w.pricing_unit, w.consumed_unit
FROM jsonb_to_recordset($2::jsonb) AS w(service_key bigint, code text, name text, meter text, pricing_unit text,
                                        consumed_unit text, last_date date)
WHERE NOT EXISTS (SELECT FROM wh.dim_sku d
                  WHERE d.source_key = $1::bigint AND d.service_key = w.service_key AND d.sku_code = w.code)
ORDER BY w.service_key, w.code, w.last_date DESC, w.name, w.meter, w.pricing_unit, w.consumed_unit
ON CONFLICT DO NOTHING
