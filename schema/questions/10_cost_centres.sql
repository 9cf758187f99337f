-- 10. Which cost centre bears what, with monthly charges spread over their days?
-- wh.map_cost_center says who pays for which sub-account, and people fill it. Charges of up to a year are spread; a longer one
-- that began earlier is not found (the filter on charge_date is what keeps the query fast).
--   d1, d2  first day, and the day after the last one
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/10_cost_centres.sql
SELECT coalesce(m.cost_center, '(unmapped)') AS cost_center, d.currency_code, sum(d.billed_cost) AS billed_cost
FROM mart.charge_daily d
LEFT JOIN wh.map_cost_center m ON m.sub_account_key = d.sub_account_key AND d.usage_date >= m.valid_from AND d.usage_date < m.valid_to
WHERE d.usage_date >= :'d1'::date AND d.usage_date < :'d2'::date
  AND d.charge_date >= :'d1'::date - 366 AND d.charge_date < :'d2'::date -- prunes partitions; periods of up to a year
GROUP BY 1, 2
ORDER BY 1, 2;
