-- looking up billing accounts
SELECT w.i, d.billing_account_key, 0, w.name IS NULL OR d.billing_account_name IS NOT DISTINCT FROM w.name
FROM jsonb_to_recordset($2::jsonb) AS w(i integer, id text, name text)
LEFT JOIN wh.dim_billing_account d ON d.source_key = $1::bigint AND d.billing_account_id = w.id
