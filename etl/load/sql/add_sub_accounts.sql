-- adding sub-accounts
-- In one order everywhere, so that two loads that add the same members wait for each other but never in a circle.
INSERT INTO wh.dim_sub_account (source_key, sub_account_type, sub_account_id, sub_account_name)
SELECT DISTINCT ON (w.type, w.id) $1::bigint, w.type, w.id, w.name
FROM jsonb_to_recordset($2::jsonb) AS w(type text, id text, name text, last_date date)
WHERE NOT EXISTS (SELECT FROM wh.dim_sub_account d
                  WHERE d.source_key = $1::bigint AND d.sub_account_type = w.type AND d.sub_account_id = w.id)
ORDER BY w.type, w.id, w.name IS NULL, w.last_date DESC, w.name
ON CONFLICT DO NOTHING
