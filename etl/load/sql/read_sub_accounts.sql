-- looking up sub-accounts
SELECT w.i, d.sub_account_key, v.sub_account_version_key,
       v.first_charge_date <= w.first_date AND v.last_charge_date >= w.last_date, v.first_charge_date, v.last_charge_date
FROM jsonb_to_recordset($2::jsonb) AS w(i integer, type text, id text, version uuid, first_date date, last_date date)
LEFT JOIN wh.dim_sub_account d
       ON d.source_key = $1::bigint AND d.sub_account_type = w.type AND d.sub_account_id = w.id
LEFT JOIN wh.dim_sub_account_version v
       ON v.sub_account_key = d.sub_account_key AND v.version_hash = w.version
