-- 16. What was booked at month end, and what is left to book since?
-- missing_days says how many days of the month are not loaded yet, or not for certain; booked is 0 where nothing was loaded by then.
--   d1, d2  first day of the first month, and the day after the last one
--   days    days after the month's end on which it is booked, in the vendor's billing zone
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -v days=5 -f schema/questions/16_month_end.sql
SELECT month, source_code, currency_code, booked_at, billed_cost_booked, billed_cost_now, billed_cost_change, missing_days
FROM mart.month_end(:'d1'::date, :'d2'::date, :'days'::integer)
ORDER BY month, source_code, currency_code;
