-- 8. What is all of it in one currency, at each day's rate?
-- Rates come from wh.fx_rate, which people fill; one holds until the next. What no rate covers stays visible in its own currency.
--   d1, d2  first day, and the day after the last one
--   to      currency wanted
-- psql -v d1=2026-01-01 -v d2=2026-04-01 -v to=USD -f schema/questions/08_one_currency.sql
SELECT c.source_code, c.currency_code, sum(c.total_amount) AS total_amount, :'to' AS to_currency, sum(c.total_amount * r.rate) AS converted,
       coalesce(sum(c.total_amount) FILTER (WHERE r.rate IS NULL), 0) AS not_convertible
FROM mart.charge c
LEFT JOIN LATERAL (
    SELECT 1::numeric AS rate WHERE c.currency_code = :'to'
    UNION ALL
    (SELECT x.rate FROM wh.fx_rate x
     WHERE x.to_currency = :'to' AND x.from_currency = c.currency_code AND c.currency_code <> :'to' AND x.rate_date <= c.charge_date
     ORDER BY x.rate_date DESC LIMIT 1)) AS r ON true
WHERE c.charge_date >= :'d1'::date AND c.charge_date < :'d2'::date
GROUP BY 1, 2
ORDER BY 1, 2;
