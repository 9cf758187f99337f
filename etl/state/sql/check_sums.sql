-- comparing sums with the vendor's totals
-- $5 measure; $6 and $7 the vendor's currencies and totals; $8 tolerance; $9 whether the vendor's list is whole: then a currency that
-- it lacks counts as 0.
WITH star AS (
    SELECT currency_code, sum(etl.measure(f, $5)) AS total
    FROM wh.fact_charge f
    WHERE stream_id = $1 AND scope_key = $2 AND charge_date >= $3::date AND charge_date < $4::date
    GROUP BY currency_code
), vendor AS (
    SELECT currency_code, sum(total) AS total
    FROM unnest($6::text[], $7::numeric[]) AS stated(currency_code, total)
    GROUP BY currency_code
), both_sides AS (
    SELECT currency_code, coalesce(vendor.total, 0) AS expected, coalesce(star.total, 0) AS actual
    FROM vendor FULL JOIN star USING (currency_code)
    WHERE vendor.total IS NOT NULL OR $9::boolean
)
SELECT '', currency_code, expected, actual, $8::numeric, abs(expected - actual) <= $8::numeric
FROM both_sides
ORDER BY currency_code
