-- locking known sub-accounts
-- The gate of lock_sub_accounts.sql, by keys that the load knows already. How many there are, and how many go by another name than the
-- one that their dates are to be widened of: those must be named anew.
SELECT count(*), count(*) FILTER (WHERE held.other)
FROM (SELECT d.sub_account_name IS DISTINCT FROM v.sub_account_name AS other
      FROM jsonb_to_recordset($1::jsonb) AS w(key bigint, version_key bigint)
      JOIN wh.dim_sub_account d ON d.sub_account_key = w.key
      JOIN wh.dim_sub_account_version v ON v.sub_account_version_key = w.version_key
      ORDER BY d.sub_account_key
      FOR NO KEY UPDATE OF d) AS held
