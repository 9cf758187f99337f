-- 3. Which unit prices moved from month to month, and by how much?
-- The price is list cost by quantity, before discounts: a changed discount is question 4.
--   d1, d2  first day, and the day after the last one
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -f schema/questions/03_unit_price_drift.sql
SELECT source_code, service_name, sku_code, pricing_unit, currency_code, month, unit_price, round(100 * (unit_price / previous - 1), 2) AS change_percent
FROM (SELECT p.*, lag(unit_price) OVER (PARTITION BY source_code, service_key, sku_code, pricing_unit, currency_code ORDER BY month) AS previous
      FROM (SELECT source_code, service_key, service_name, sku_code, pricing_unit, currency_code, date_trunc('month', charge_date::timestamp)::date AS month,
                   sum(list_cost) / nullif(sum(quantity), 0) AS unit_price
            FROM mart.charge
            WHERE charge_date >= :'d1'::date AND charge_date < :'d2'::date AND charge_category = 'Usage' AND quantity IS NOT NULL
            GROUP BY 1, 2, 3, 4, 5, 6, 7) AS p
      WHERE unit_price IS NOT NULL) AS m
WHERE previous <> 0
ORDER BY abs(unit_price / previous - 1) DESC, source_code, sku_code, month;
