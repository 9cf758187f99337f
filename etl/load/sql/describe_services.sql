-- describing services
-- Services keep no history. Lines at least as recent as all that is known of a service decide on its current description;
-- how recent that is, its SKUs' versions tell.
UPDATE wh.dim_service d
SET service_name = w.name, service_category = w.category, service_subcategory = w.subcategory, updated_at = now()
FROM (SELECT DISTINCT ON (r.code) r.*
      FROM jsonb_to_recordset($2::jsonb) AS r(code text, name text, category text, subcategory text, last_date date)
      ORDER BY r.code, r.last_date DESC, r.name, r.category, r.subcategory) w
WHERE d.source_key = $1::bigint AND d.service_code = w.code
  AND (d.service_name, d.service_category, d.service_subcategory) IS DISTINCT FROM (w.name, w.category, w.subcategory)
  AND NOT EXISTS (SELECT FROM wh.dim_sku k JOIN wh.dim_sku_version v USING (sku_key)
                  WHERE k.source_key = d.source_key AND k.service_key = d.service_key AND v.last_charge_date > w.last_date)
