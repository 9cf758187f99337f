-- looking up SKUs
SELECT w.i, d.sku_key, v.sku_version_key,
       v.first_charge_date <= w.first_date AND v.last_charge_date >= w.last_date
       AND (d.meter_name, d.pricing_unit, d.consumed_unit) IS NOT DISTINCT FROM (w.meter, w.pricing_unit, w.consumed_unit)
FROM jsonb_to_recordset($2::jsonb) AS w(i integer, service_key bigint, code text, version uuid, meter text, pricing_unit text,
                                        consumed_unit text, first_date date, last_date date)
LEFT JOIN wh.dim_sku d ON d.source_key = $1::bigint AND d.service_key = w.service_key AND d.sku_code = w.code
LEFT JOIN wh.dim_sku_version v ON v.sku_key = d.sku_key AND v.version_hash = w.version
