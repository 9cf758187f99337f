-- widening the dates of known SKUs
UPDATE wh.dim_sku_version v
SET first_charge_date = least(v.first_charge_date, w.first_date), last_charge_date = greatest(v.last_charge_date, w.last_date)
FROM jsonb_to_recordset($1::jsonb) AS w(version_key bigint, first_date date, last_date date)
WHERE v.sku_version_key = w.version_key AND (w.first_date < v.first_charge_date OR w.last_date > v.last_charge_date)
