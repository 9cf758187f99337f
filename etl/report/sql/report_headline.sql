-- adding up the month to date
-- One JSON object. $1: the day after the last one that is shown.
WITH month AS (
    SELECT this_from, $1::date AS this_to, last_from, least(last_from + ($1::date - this_from), this_from) AS last_same_to
    FROM (SELECT date_trunc('month', $1::timestamp - interval '1 day')::date AS this_from,
                 (date_trunc('month', $1::timestamp - interval '1 day') - interval '1 month')::date AS last_from) AS m
), figure AS (
    SELECT f.currency_code,
           sum(f.billed_cost) FILTER (WHERE f.charge_date >= m.this_from) AS billed,
           sum(f.tax_amount) FILTER (WHERE f.charge_date >= m.this_from) AS tax,
           sum(f.total_amount) FILTER (WHERE f.charge_date >= m.this_from) AS total,
           count(*) FILTER (WHERE f.charge_date >= m.this_from) AS lines,
           count(*) FILTER (WHERE f.charge_date >= m.this_from AND f.charge_period_end > m.this_to::timestamp AT TIME ZONE 'UTC' + interval '1 day') AS running_lines,
           max(f.charge_date) AS last_charge_date,
           sum(f.billed_cost) FILTER (WHERE f.charge_date < m.last_same_to) AS last_same_days,
           sum(f.billed_cost) FILTER (WHERE f.charge_date < m.this_from) AS last_month
    FROM wh.fact_charge f, month m
    WHERE f.charge_date >= m.last_from AND f.charge_date < m.this_to
    GROUP BY f.currency_code
)
SELECT json_build_object(
    'from', m.this_from, 'to', m.this_to, 'last_from', m.last_from, 'last_same_to', m.last_same_to,
    'has_lines', EXISTS (SELECT FROM wh.fact_charge),
    'currencies', coalesce((
        SELECT json_agg(json_build_object(
                   'currency', x.currency_code, 'decimals', coalesce(c.minor_units, 2), 'lines', coalesce(x.lines, 0), 'running_lines', coalesce(x.running_lines, 0),
                   'last_charge_date', x.last_charge_date,
                   'billed', trim_scale(coalesce(x.billed, 0))::text, 'tax', trim_scale(coalesce(x.tax, 0))::text,
                   'total', trim_scale(coalesce(x.total, 0))::text,
                   'last_same_days', trim_scale(coalesce(x.last_same_days, 0))::text,
                   'last_month', trim_scale(coalesce(x.last_month, 0))::text,
                   'change', trim_scale(coalesce(x.billed, 0) - coalesce(x.last_same_days, 0))::text,
                   'percent', round(100 * (coalesce(x.billed, 0) - x.last_same_days) / nullif(abs(x.last_same_days), 0), 1)::text)
               ORDER BY x.currency_code)
        FROM figure x LEFT JOIN wh.dim_currency c USING (currency_code)), '[]'))
FROM month m
