-- naming sub-accounts
-- Current name = name on the latest charge date ever seen, not of the latest load: a backfill brings no old name back.
-- A day on which the vendor gave no name does not unname the member.
UPDATE wh.dim_sub_account d
SET sub_account_name = latest.sub_account_name, updated_at = now()
FROM (SELECT DISTINCT r.type, r.id FROM jsonb_to_recordset($2::jsonb) AS r(type text, id text)) w
JOIN wh.dim_sub_account m ON m.source_key = $1::bigint AND m.sub_account_type = w.type AND m.sub_account_id = w.id
CROSS JOIN LATERAL (SELECT v.sub_account_name FROM wh.dim_sub_account_version v WHERE v.sub_account_key = m.sub_account_key
                    ORDER BY v.sub_account_name IS NULL, v.last_charge_date DESC, v.first_charge_date DESC, v.sub_account_name
                    LIMIT 1) latest
WHERE m.sub_account_key = d.sub_account_key AND d.sub_account_name IS DISTINCT FROM latest.sub_account_name
