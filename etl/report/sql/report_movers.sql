-- comparing two periods
-- One JSON array of the largest differences, by currency, comparison ('month': the last whole month with the one before; 'to_date': this
-- month with the same days of the last) and split (see report_cost.sql), before $1.
WITH whole AS (
    SELECT (date_trunc('month', $1::timestamp) - interval '1 month')::date AS month, date_trunc('month', $1::timestamp - interval '1 day')::date AS this_month
), comparison (comparison, now_from, now_to, before_from, before_to) AS (
    SELECT 'month', w.month, (w.month + interval '1 month')::date, (w.month - interval '1 month')::date, w.month FROM whole w
    UNION ALL
    SELECT 'to_date', w.this_month, $1::date, (w.this_month - interval '1 month')::date,
           least((w.this_month - interval '1 month')::date + ($1::date - w.this_month), w.this_month)
    FROM whole w
), charge AS MATERIALIZED (
    SELECT c.comparison, f.currency_code, f.sub_account_key, f.sku_key,
           coalesce(sum(f.billed_cost) FILTER (WHERE f.charge_date >= c.now_from), 0) AS now,
           coalesce(sum(f.billed_cost) FILTER (WHERE f.charge_date < c.before_to), 0) AS before
    FROM comparison c JOIN wh.fact_charge f ON f.charge_date >= c.before_from AND f.charge_date < c.now_to
    WHERE f.charge_date >= date_trunc('month', $1::timestamp) - interval '2 months' AND f.charge_date < $1::date
    GROUP BY 1, 2, 3, 4
), member AS (
    SELECT 'workspace' AS split, c.comparison, c.currency_code, s.source_code, coalesce(nullif(a.sub_account_name, ''), a.sub_account_id) AS name,
           a.sub_account_id AS id,
           sum(c.now) AS now, sum(c.before) AS before
    FROM charge c JOIN wh.dim_sub_account a USING (sub_account_key) JOIN wh.dim_source s USING (source_key)
    GROUP BY c.comparison, c.currency_code, s.source_code, a.sub_account_key
    UNION ALL
    SELECT 'product', c.comparison, c.currency_code, s.source_code,
           coalesce(nullif(k.sku_name, ''), CASE WHEN k.sku_key < 0 THEN '(without a product)' ELSE k.sku_code END), '', sum(c.now), sum(c.before)
    FROM charge c JOIN wh.dim_sku k USING (sku_key) JOIN wh.dim_source s USING (source_key)
    GROUP BY 2, 3, 4, 5, 6
), mover AS (
    SELECT m.*, count(*) OVER (PARTITION BY split, comparison, currency_code, source_code, name) > 1 AS is_ambiguous,
           row_number() OVER (PARTITION BY split, comparison, currency_code ORDER BY abs(m.now - m.before) DESC, m.name, m.id) AS place
    FROM member m WHERE m.now <> 0 OR m.before <> 0
)
SELECT json_build_object(
    'comparisons', (SELECT json_object_agg(comparison, json_build_object('now_from', now_from, 'now_to', now_to, 'before_from', before_from,
                                                                         'before_to', before_to)) FROM comparison),
    'movers', coalesce((
        SELECT json_agg(json_build_object('split', split, 'comparison', comparison, 'currency', currency_code, 'source', source_code,
                                          'name', CASE WHEN is_ambiguous THEN name || ' (' || id || ')' ELSE name END,
                                          'now', trim_scale(now)::text, 'before', trim_scale(before)::text,
                                          'change', trim_scale(now - before)::text,
                                          'percent', round(100 * (now - before) / nullif(abs(before), 0), 1)::text)
                        ORDER BY comparison, split, currency_code, place)
        FROM mover WHERE place <= 8 AND now <> before), '[]'))
