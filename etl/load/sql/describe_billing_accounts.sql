-- naming billing accounts
-- The name is a label of the job file or the vendor's envelope; it has no history, the latest load decides.
UPDATE wh.dim_billing_account d SET billing_account_name = w.name, updated_at = now()
FROM (SELECT id, max(name) AS name FROM jsonb_to_recordset($2::jsonb) AS r(id text, name text) GROUP BY id) w
WHERE d.source_key = $1::bigint AND d.billing_account_id = w.id
  AND w.name IS NOT NULL AND d.billing_account_name IS DISTINCT FROM w.name
