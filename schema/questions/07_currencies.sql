-- 7. In which currencies are we billed, and by whom?
--   d1, d2  first day, and the day after the last one
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/07_currencies.sql
SELECT currency_code, source_code, sum(total_amount) AS total_amount,
       round(100 * sum(total_amount) / nullif(sum(sum(total_amount)) OVER (PARTITION BY currency_code), 0), 1) AS percent_of_currency
FROM mart.charge
WHERE charge_date >= :'d1'::date AND charge_date < :'d2'::date
GROUP BY 1, 2
ORDER BY currency_code, total_amount DESC;
