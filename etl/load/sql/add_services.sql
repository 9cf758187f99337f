-- adding services
INSERT INTO wh.dim_service (source_key, service_code, service_name, service_category, service_subcategory)
SELECT DISTINCT ON (w.code) $1::bigint, w.code, w.name, w.category, w.subcategory
FROM jsonb_to_recordset($2::jsonb) AS w(code text, name text, category text, subcategory text, last_date date)
WHERE NOT EXISTS (SELECT FROM wh.dim_service d WHERE d.source_key = $1::bigint AND d.service_code = w.code)
ORDER BY w.code, w.last_date DESC, w.name, w.category, w.subcategory
ON CONFLICT DO NOTHING
