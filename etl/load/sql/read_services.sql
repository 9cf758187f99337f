-- looking up services
SELECT w.i, d.service_key, 0,
       (d.service_name, d.service_category, d.service_subcategory) IS NOT DISTINCT FROM (w.name, w.category, w.subcategory)
FROM jsonb_to_recordset($2::jsonb) AS w(i integer, code text, name text, category text, subcategory text)
LEFT JOIN wh.dim_service d ON d.source_key = $1::bigint AND d.service_code = w.code
