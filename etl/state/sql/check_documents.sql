-- comparing documents with their lines
-- $5 header's amount, $6 line's measure, $7 tolerance, $8 source. First a row a currency that sums up, then the documents that do not
-- agree with their lines, at most 100. Documents that state no amount are left out.
WITH compared AS MATERIALIZED (
    SELECT d.document_id, d.currency_code,
           CASE $5 WHEN 'price' THEN d.price WHEN 'discount' THEN d.discount WHEN 'amount' THEN d.amount
                   WHEN 'usage_percent' THEN d.usage_percent END AS expected,
           coalesce(sum(etl.measure(f, $6)), 0) AS actual
    FROM wh.fact_charge f
    JOIN wh.fact_document d ON d.source_key = $8::bigint AND d.document_id = f.document_id
    WHERE f.stream_id = $1 AND f.scope_key = $2 AND f.charge_date >= $3::date AND f.charge_date < $4::date
    GROUP BY d.source_key, d.document_id
), judged AS (
    SELECT *, abs(expected - actual) <= $7::numeric AS is_equal
    FROM compared
    WHERE expected IS NOT NULL
)
(SELECT '', currency_code, sum(expected), sum(actual), $7::numeric, bool_and(is_equal) FROM judged GROUP BY currency_code)
UNION ALL
(SELECT document_id, currency_code, expected, actual, $7::numeric, false FROM judged WHERE NOT is_equal ORDER BY document_id LIMIT 100)
