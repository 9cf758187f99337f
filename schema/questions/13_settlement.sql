-- 13. How was the bill settled: coupons, prepaid value, cash, marketplace; and what is still owed?
-- NULL = the vendor never says; not_reported is the cost of lines about whose settlement it says nothing.
--   d1, d2  first day, and the day after the last one
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/13_settlement.sql
SELECT source_code, currency_code, sum(billed_cost) AS billed_cost, sum(deduction_amount) AS deduction, sum(coupon_amount) AS coupons,
       sum(stored_value_amount) AS stored_value, sum(cash_amount) AS cash, sum(marketplace_amount) AS marketplace, sum(unpaid_amount) AS unpaid,
       coalesce(sum(billed_cost) FILTER (WHERE coalesce(deduction_amount, coupon_amount, stored_value_amount, cash_amount, marketplace_amount,
                                                        unpaid_amount) IS NULL), 0) AS not_reported
FROM mart.charge
WHERE charge_date >= :'d1'::date AND charge_date < :'d2'::date
GROUP BY 1, 2
ORDER BY 1, 2;
