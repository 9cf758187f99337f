-- 5. What did vendors change after it was first loaded, and was the period already closed?
--   since  instant, with its offset
-- psql -v since="2026-03-01 00:00+00" -f schema/questions/05_restatements.sql
SELECT source_code, charge_date, op, currency_code, count(*) AS lines, sum(d_billed_cost) AS billed_cost_change, sum(d_total_amount) AS total_amount_change,
       bool_or(period_was_closed) AS period_was_closed
FROM mart.restatement
WHERE recorded_at > :'since'::timestamptz
GROUP BY 1, 2, 3, 4
ORDER BY source_code, charge_date, op, currency_code;
