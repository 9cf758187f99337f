-- writing names of sub-accounts
-- A range only ever widens, so the order in which days are loaded does not matter.
WITH wanted AS (
    SELECT d.sub_account_key, w.name, w.version AS version_hash, min(w.first_date) AS first_date, max(w.last_date) AS last_date
    FROM jsonb_to_recordset($2::jsonb) AS w(type text, id text, name text, version uuid, first_date date, last_date date)
    JOIN wh.dim_sub_account d
      ON d.source_key = $1::bigint AND d.sub_account_type = w.type AND d.sub_account_id = w.id
    GROUP BY d.sub_account_key, w.name, w.version
), widened AS (
    UPDATE wh.dim_sub_account_version v
    SET first_charge_date = least(v.first_charge_date, w.first_date), last_charge_date = greatest(v.last_charge_date, w.last_date)
    FROM wanted w
    WHERE v.sub_account_key = w.sub_account_key AND v.version_hash = w.version_hash
      AND (w.first_date < v.first_charge_date OR w.last_date > v.last_charge_date)
)
INSERT INTO wh.dim_sub_account_version (sub_account_key, sub_account_name, version_hash, first_charge_date, last_charge_date)
SELECT w.sub_account_key, w.name, w.version_hash, w.first_date, w.last_date
FROM wanted w
WHERE NOT EXISTS (SELECT FROM wh.dim_sub_account_version v
                  WHERE v.sub_account_key = w.sub_account_key AND v.version_hash = w.version_hash)
