-- adding billing accounts
-- The anti-join first: ON CONFLICT alone would burn an identity value for each account that is there.
INSERT INTO wh.dim_billing_account (source_key, billing_account_id, billing_account_name)
SELECT $1::bigint, w.id, max(w.name)
FROM jsonb_to_recordset($2::jsonb) AS w(id text, name text)
WHERE NOT EXISTS (SELECT FROM wh.dim_billing_account d WHERE d.source_key = $1::bigint AND d.billing_account_id = w.id)
GROUP BY w.id
ORDER BY w.id
ON CONFLICT DO NOTHING
