-- comparing products with amounts
-- $5 and $6 factors, $7 measure, $8 measure that the price is for ('' = none), $9 tolerance. Compared without division, so exactly:
-- factor x factor against amount x per. Lines that lack a number are left out. First a row a currency that sums up, then the lines
-- that do not agree, at most 100.
WITH line AS MATERIALIZED (
    SELECT f.charge_date, f.record_path, f.currency_code, etl.measure(f, $5) * etl.measure(f, $6) AS expected,
           etl.measure(f, $7) * coalesce(etl.measure(f, $8), 1) AS actual, $9::numeric * abs(coalesce(etl.measure(f, $8), 1)) AS tolerance
    FROM wh.fact_charge f
    WHERE f.stream_id = $1 AND f.scope_key = $2 AND f.charge_date >= $3::date AND f.charge_date < $4::date
), judged AS (
    SELECT *, abs(expected - actual) <= tolerance AS is_equal
    FROM line
    WHERE expected IS NOT NULL AND actual IS NOT NULL
)
(SELECT '', currency_code, sum(expected), sum(actual), sum(tolerance), bool_and(is_equal) FROM judged GROUP BY currency_code)
UNION ALL
(SELECT format('%s %s', charge_date, record_path), currency_code, expected, actual, tolerance, false
 FROM judged WHERE NOT is_equal ORDER BY charge_date, record_path LIMIT 100)
