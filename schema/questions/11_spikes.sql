-- 11. Which days stand out: more than three standard deviations above the 28 days before them?
-- A day needs 14 days of history with cost to be judged.
--   d1, d2  first day that is judged, and the day after the last one
-- psql -v d1=2026-03-01 -v d2=2026-04-01 -f schema/questions/11_spikes.sql
SELECT source_code, sub_account_id, sub_account_name, currency_code, charge_date, billed_cost, round(mean, 6) AS mean, round(deviation, 6) AS deviation
FROM (SELECT d.*, count(*) OVER earlier AS days, avg(billed_cost) OVER earlier AS mean, stddev_samp(billed_cost) OVER earlier AS deviation
      FROM (SELECT source_code, sub_account_id, sub_account_name, currency_code, charge_date, sum(billed_cost) AS billed_cost
            FROM mart.charge
            WHERE charge_date >= :'d1'::date - 28 AND charge_date < :'d2'::date
            GROUP BY 1, 2, 3, 4, 5) AS d
      WINDOW earlier AS (PARTITION BY source_code, sub_account_id, sub_account_name, currency_code ORDER BY charge_date
                         RANGE BETWEEN interval '28 days' PRECEDING AND interval '1 day' PRECEDING)) AS judged
WHERE charge_date >= :'d1'::date AND days >= 14 AND deviation > 0 AND billed_cost > mean + 3 * deviation
ORDER BY source_code, charge_date, sub_account_id;
