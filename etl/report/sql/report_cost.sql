-- adding up cost by day, week and month
-- One JSON object: 92 days, 53 weeks and 25 months up to $1 (exclusive; down to 13 where the first charge is younger), by currency,
-- and within it by sub-account ('workspace') and by SKU ('product'): the eight largest of the last year each, in the same order for every
-- grain, and the others as one.
WITH grain (grain, first_period, step) AS (
    VALUES ('day', $1::date - 92, interval '1 day'),
           ('week', (date_trunc('week', $1::timestamp - interval '1 day') - interval '52 weeks')::date, interval '1 week'),
           ('month', least(greatest(date_trunc('month', $1::timestamp - interval '1 day') - interval '24 months',
                                    date_trunc('month', (SELECT min(charge_date) FROM wh.fact_charge)::timestamp)),
                           date_trunc('month', $1::timestamp - interval '1 day') - interval '12 months')::date, interval '1 month')
), period AS (
    SELECT g.grain, p::date AS period
    FROM grain g, generate_series(g.first_period::timestamp, $1::date - 1, g.step) AS p
), summed AS MATERIALIZED (
    SELECT 'workspace' AS split, f.charge_date, f.currency_code, f.sub_account_key AS member_key, sum(f.billed_cost) AS billed
    FROM wh.fact_charge f
    WHERE f.charge_date >= date_trunc('month', $1::timestamp - interval '1 day') - interval '24 months' AND f.charge_date < $1::date
    GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'product', f.charge_date, f.currency_code, f.sku_key, sum(f.billed_cost)
    FROM wh.fact_charge f
    WHERE f.charge_date >= date_trunc('month', $1::timestamp - interval '1 day') - interval '24 months' AND f.charge_date < $1::date
    GROUP BY 2, 3, 4
), label (split, member_key, source_code, name, id) AS (
    SELECT 'workspace', a.sub_account_key, s.source_code, coalesce(nullif(a.sub_account_name, ''), a.sub_account_id), a.sub_account_id
    FROM wh.dim_sub_account a JOIN wh.dim_source s USING (source_key)
    UNION ALL -- the same item of two services is one product
    SELECT 'product', k.sku_key, s.source_code,
           coalesce(nullif(k.sku_name, ''), CASE WHEN k.sku_key < 0 THEN '(without a product)' ELSE k.sku_code END), ''
    FROM wh.dim_sku k JOIN wh.dim_source s USING (source_key)
), last_year AS (
    SELECT split, currency_code, member_key, coalesce(sum(billed) FILTER (WHERE charge_date >= $1::date - interval '1 year'), 0) AS billed
    FROM summed GROUP BY 1, 2, 3
), member AS MATERIALIZED (
    SELECT y.split, y.currency_code, l.source_code, l.name, l.id, array_agg(y.member_key) AS member_keys,
           least(row_number() OVER (PARTITION BY y.split, y.currency_code ORDER BY abs(sum(y.billed)) DESC, l.name, l.id), 9) AS place,
           count(*) OVER (PARTITION BY y.split, y.currency_code, l.source_code, l.name) > 1 AS is_ambiguous
    FROM last_year y JOIN label l USING (split, member_key)
    GROUP BY 1, 2, 3, 4, 5
), placed AS (
    SELECT s.split, s.currency_code, m.place, s.charge_date, sum(s.billed) AS billed
    FROM summed s JOIN (SELECT split, currency_code, place, unnest(member_keys) AS member_key FROM member) AS m USING (split, currency_code, member_key)
    GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT 'total', s.currency_code, 0, s.charge_date, sum(s.billed) FROM summed s WHERE s.split = 'workspace' GROUP BY 2, 4
), value AS (
    SELECT p.split, p.currency_code, p.place, g.grain, date_trunc(g.grain, p.charge_date::timestamp)::date AS period, sum(p.billed) AS billed
    FROM placed p JOIN grain g ON p.charge_date >= g.first_period
    GROUP BY 1, 2, 3, 4, 5
), row_of_values AS (
    SELECT s.split, s.currency_code, s.place, p.grain, json_agg(trim_scale(v.billed)::text ORDER BY p.period) AS billed
    FROM (SELECT DISTINCT split, currency_code, place FROM member UNION SELECT 'total', currency_code, 0 FROM member) s
    CROSS JOIN period p
    LEFT JOIN value v USING (split, currency_code, place, grain, period)
    GROUP BY 1, 2, 3, 4
), series AS (
    SELECT r.split, r.currency_code, r.place, json_object_agg(r.grain, r.billed) AS billed
    FROM row_of_values r GROUP BY 1, 2, 3
), named AS (
    SELECT split, currency_code, place, count(*) AS members, min(source_code) AS source,
           min(CASE WHEN is_ambiguous THEN name || ' (' || id || ')' ELSE name END) AS name
    FROM member GROUP BY 1, 2, 3
)
SELECT json_build_object(
    'periods', (SELECT json_object_agg(grain, periods) FROM (SELECT grain, json_agg(period ORDER BY period) AS periods FROM period GROUP BY 1) AS x),
    'series', coalesce((
        SELECT json_agg(json_build_object('split', s.split, 'currency', s.currency_code, 'place', s.place, 'name', n.name, 'source', n.source,
                                          'members', n.members, 'billed', s.billed)
                        ORDER BY s.currency_code, s.split, s.place)
        FROM series s LEFT JOIN named n USING (split, currency_code, place)), '[]'))
