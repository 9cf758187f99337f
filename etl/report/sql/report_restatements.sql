-- adding up what vendors restated
-- One JSON object of what the journal recorded in the 92 days up to and including $1, by UTC day. Relabelled lines moved no money and are
-- left out. What was recorded while the charge's own period was still running is growth and told apart ('running').
WITH change AS MATERIALIZED (
    SELECT coalesce(c.recorded_at < f.charge_period_end, false) AS is_running, (c.recorded_at AT TIME ZONE 'UTC')::date AS day, s.source_code, c.currency_code, c.op, count(*) AS lines,
           count(*) FILTER (WHERE c.period_was_closed) AS closed_lines, sum(c.d_billed_cost) AS change,
           coalesce(sum(c.d_billed_cost) FILTER (WHERE c.d_billed_cost > 0), 0) AS up,
           coalesce(sum(c.d_billed_cost) FILTER (WHERE c.d_billed_cost < 0), 0) AS down,
           min(c.charge_date) AS first_charge_date, max(c.charge_date) AS last_charge_date
    FROM wh.fact_charge_change c
    JOIN wh.dim_source s USING (source_key)
    LEFT JOIN wh.fact_charge f ON f.charge_date = c.charge_date AND f.charge_key = c.charge_key
    WHERE c.recorded_at >= ($1::date - 91)::timestamp AT TIME ZONE 'UTC' AND c.recorded_at < ($1::date + 1)::timestamp AT TIME ZONE 'UTC'
          AND c.op <> 'relabel'
    GROUP BY 1, 2, 3, 4, 5
)
SELECT json_build_object(
    'from', $1::date - 91, 'to', $1::date + 1,
    'days', coalesce((
        SELECT json_agg(json_build_object('day', x.day, 'currency', x.currency_code, 'up', trim_scale(x.up)::text, 'down', trim_scale(x.down)::text,
                                          'change', trim_scale(x.change)::text, 'lines', x.lines) ORDER BY x.currency_code, x.day)
        FROM (SELECT day, currency_code, sum(up) AS up, sum(down) AS down, sum(change) AS change, sum(lines) AS lines FROM change WHERE NOT is_running GROUP BY 1, 2) AS x), '[]'),
    'totals', coalesce((
        SELECT json_agg(json_build_object('currency', x.currency_code, 'up', trim_scale(x.up)::text, 'down', trim_scale(x.down)::text,
                                          'change', trim_scale(x.change)::text, 'lines', x.lines, 'closed_lines', x.closed_lines) ORDER BY x.currency_code)
        FROM (SELECT currency_code, sum(up) AS up, sum(down) AS down, sum(change) AS change, sum(lines) AS lines, sum(closed_lines) AS closed_lines
              FROM change WHERE NOT is_running GROUP BY 1) AS x), '[]'),
    'running', coalesce((
        SELECT json_agg(json_build_object('currency', x.currency_code, 'change', trim_scale(x.change)::text, 'lines', x.lines) ORDER BY x.currency_code)
        FROM (SELECT currency_code, sum(change) AS change, sum(lines) AS lines FROM change WHERE is_running GROUP BY 1) AS x), '[]'),
    'changes', coalesce((
        SELECT json_agg(json_build_object('day', day, 'source', source_code, 'currency', currency_code, 'op', op, 'lines', lines,
                                          'change', trim_scale(change)::text, 'first_charge_date', first_charge_date,
                                          'last_charge_date', last_charge_date) ORDER BY day DESC, source_code, currency_code, op)
        FROM change WHERE NOT is_running), '[]'))
