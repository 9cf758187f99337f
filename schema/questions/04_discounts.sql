-- 4. How much do discounts save, by product?
--   d1, d2  first day, and the day after the last one
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/04_discounts.sql
SELECT source_code, service_name, sku_code, currency_code, sum(list_cost) AS list_cost, sum(billed_cost) AS billed_cost,
       sum(list_cost) - sum(billed_cost) AS saved, round(100 * (1 - sum(billed_cost) / nullif(sum(list_cost), 0)), 2) AS saved_percent
FROM mart.charge
WHERE charge_date >= :'d1'::date AND charge_date < :'d2'::date
GROUP BY 1, 2, 3, 4
ORDER BY source_code, currency_code, saved DESC, sku_code;
