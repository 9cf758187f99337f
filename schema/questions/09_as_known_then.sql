-- 9. What did the bill say at an earlier moment, and how far has it drifted since?
-- Question 5 lists the changes themselves; so does mart.charge_changes_since().
--   ts      instant, with its offset
--   d1, d2  first day, and the day after the last one
-- psql -v ts="2026-04-05 00:00+00" -v d1=2026-03-01 -v d2=2026-04-01 -f schema/questions/09_as_known_then.sql
SELECT coalesce(t.source_code, n.source_code) AS source_code, coalesce(t.currency_code, n.currency_code) AS currency_code,
       coalesce(t.billed_cost, 0) AS billed_cost_then, coalesce(n.billed_cost, 0) AS billed_cost_now,
       coalesce(n.billed_cost, 0) - coalesce(t.billed_cost, 0) AS drift
FROM (SELECT s.source_code, a.currency_code, sum(a.billed_cost) AS billed_cost
      FROM mart.charge_as_of(:'ts'::timestamptz, :'d1'::date, :'d2'::date) AS a
      JOIN wh.dim_source s USING (source_key)
      GROUP BY 1, 2) AS t
FULL JOIN (SELECT source_code, currency_code, sum(billed_cost) AS billed_cost
           FROM mart.charge
           WHERE charge_date >= :'d1'::date AND charge_date < :'d2'::date
           GROUP BY 1, 2) AS n ON n.source_code = t.source_code AND n.currency_code = t.currency_code
ORDER BY 1, 2;
