-- 1. How did the cost of each workspace or app change from month to month?
-- A month without a bill counts as 0, so what begins or ends shows as growth or fall.
--   d1, d2  first day of the first month, and the day after the last one
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/01_month_over_month.sql
WITH billed AS (
    SELECT source_code, sub_account_key, sub_account_id, sub_account_name, currency_code, date_trunc('month', charge_date::timestamp)::date AS month,
           sum(billed_cost) AS billed_cost
    FROM mart.charge
    WHERE charge_date >= :'d1'::date AND charge_date < :'d2'::date
    GROUP BY 1, 2, 3, 4, 5, 6
), each_month AS (
    SELECT a.*, m.month::date AS month
    FROM (SELECT DISTINCT source_code, sub_account_key, sub_account_id, sub_account_name, currency_code FROM billed) AS a
    CROSS JOIN generate_series(:'d1'::timestamp, :'d2'::timestamp - interval '1 day', interval '1 month') AS m(month)
)
SELECT e.source_code, e.sub_account_id, e.sub_account_name, e.currency_code, e.month, coalesce(b.billed_cost, 0) AS billed_cost,
       coalesce(b.billed_cost, 0) - lag(coalesce(b.billed_cost, 0)) OVER months AS change,
       round(100 * (coalesce(b.billed_cost, 0) / nullif(lag(coalesce(b.billed_cost, 0)) OVER months, 0) - 1), 1) AS change_percent
FROM each_month e
LEFT JOIN billed b USING (source_code, sub_account_key, currency_code, month)
WINDOW months AS (PARTITION BY e.source_code, e.sub_account_key, e.currency_code ORDER BY e.month)
ORDER BY e.source_code, e.currency_code, e.sub_account_name, e.sub_account_id, e.month;
