-- adding up cost by day, week and month
-- One JSON object: 92 days, 53 weeks and 25 months up to $1 (exclusive), by currency, and within it by sub-account ('workspace') and
-- by SKU ('product'): the eight largest of the last year each, in the same order for every grain, and the others as one.
WITH grain (grain, first_period, step) AS (
    VALUES ('day', $1::date - 92, interval '1 day'),
           ('week', (date_trunc('week', $1::timestamp - interval '1 day') - interval '52 weeks')::date, interval '1 week'),
           ('month', (date_trunc('month', $1::timestamp - interval '1 day') - interval '24 months')::date, interval '1 month')
), period AS (
    SELECT g.grain, p::date AS period
    FROM grain g, generate_series(g.first_period::timestamp, $1::date - 1, g.step) AS p
), summed AS MATERIALIZED (
    SELECT f.charge_date, f.currency_code, f.sub_account_key, f.sku_key, grouping(f.sub_account_key) = 1 AS by_product, sum(f.billed_cost) AS billed
    FROM wh.fact_charge f
    WHERE f.charge_date >= date_trunc('month', $1::timestamp - interval '1 day') - interval '24 months' AND f.charge_date < $1::date
    GROUP BY GROUPING SETS ((f.charge_date, f.currency_code, f.sub_account_key), (f.charge_date, f.currency_code, f.sku_key))
), workspace AS (
    SELECT a.sub_account_key, s.source_code,
           coalesce(nullif(a.sub_account_name, ''), a.sub_account_id) AS name, a.sub_account_id AS id
    FROM wh.dim_sub_account a JOIN wh.dim_source s USING (source_key)
), product AS ( -- the same item of two services is one product
    SELECT k.sku_key, s.source_code, coalesce(nullif(k.sku_name, ''), CASE WHEN k.sku_key < 0 THEN '(without a product)' ELSE k.sku_code END) AS name
    FROM wh.dim_sku k JOIN wh.dim_source s USING (source_key)
), charge AS MATERIALIZED (
    SELECT 'workspace' AS split, c.charge_date, c.currency_code, w.source_code, w.name, w.id AS id, c.billed
    FROM summed c LEFT JOIN workspace w USING (sub_account_key) WHERE NOT c.by_product
    UNION ALL
    SELECT 'product', c.charge_date, c.currency_code, p.source_code, p.name, '', sum(c.billed)
    FROM summed c LEFT JOIN product p USING (sku_key) WHERE c.by_product GROUP BY 2, 3, 4, 5
), member AS (
    SELECT split, currency_code, source_code, name, id, sum(billed) AS billed,
           least(row_number() OVER (PARTITION BY split, currency_code
                                    ORDER BY abs(coalesce(sum(billed) FILTER (WHERE charge_date >= $1::date - interval '1 year'), 0)) DESC, name, id), 9) AS place,
           count(*) OVER (PARTITION BY split, currency_code, source_code, name) > 1 AS is_ambiguous
    FROM charge GROUP BY split, currency_code, source_code, name, id
), placed AS (
    SELECT c.split, c.currency_code, m.place, c.charge_date, c.billed
    FROM charge c JOIN member m USING (split, currency_code, source_code, name, id)
    UNION ALL
    SELECT 'total', c.currency_code, 0, c.charge_date, c.billed FROM charge c WHERE c.split = 'workspace'
), value AS (
    SELECT p.split, p.currency_code, p.place, g.grain, date_trunc(g.grain, p.charge_date::timestamp)::date AS period, sum(p.billed) AS billed
    FROM placed p JOIN grain g ON p.charge_date >= g.first_period
    GROUP BY 1, 2, 3, 4, 5
), row_of_values AS (
    SELECT s.split, s.currency_code, s.place, p.grain, json_agg(trim_scale(v.billed)::text ORDER BY p.period) AS billed
    FROM (SELECT DISTINCT split, currency_code, place FROM placed) s
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
