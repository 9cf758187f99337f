-- 12. Under which names was one workspace or app billed, and what is it called today?
--   id      the vendor's id of the sub-account
--   d1, d2  first day, and the day after the last one
-- psql -v id=wksp_01 -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/12_renames.sql
SELECT source_code, date_trunc('month', charge_date::timestamp)::date AS month, sub_account_name AS name_today, sub_account_name_reported AS name_billed,
       min(charge_date) AS first_day, max(charge_date) AS last_day, currency_code, sum(billed_cost) AS billed_cost
FROM mart.charge
WHERE sub_account_id = :'id' AND charge_date >= :'d1'::date AND charge_date < :'d2'::date
GROUP BY source_code, month, name_today, name_billed, currency_code
ORDER BY source_code, first_day, currency_code;
