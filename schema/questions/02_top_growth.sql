-- 2. What grew most: the last 28 days against the 28 days before them?
-- Whole weeks, so that weekends weigh alike on both sides.
--   d2  the day after the last one that counts
-- psql -v d2=2026-04-01 -f schema/questions/02_top_growth.sql
SELECT source_code, sub_account_id, sub_account_name, sku_code, currency_code,
       coalesce(sum(billed_cost) FILTER (WHERE charge_date < :'d2'::date - 28), 0) AS before,
       coalesce(sum(billed_cost) FILTER (WHERE charge_date >= :'d2'::date - 28), 0) AS now,
       coalesce(sum(billed_cost) FILTER (WHERE charge_date >= :'d2'::date - 28), 0)
           - coalesce(sum(billed_cost) FILTER (WHERE charge_date < :'d2'::date - 28), 0) AS growth
FROM mart.charge
WHERE charge_date >= :'d2'::date - 56 AND charge_date < :'d2'::date
GROUP BY 1, 2, 3, 4, 5
ORDER BY growth DESC, source_code, sub_account_id, sku_code
LIMIT 20;
