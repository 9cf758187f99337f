-- looking for the largest differences that the run made
-- Before is what the star held of the line, after what it holds now; a line that comes has no before, one that goes no after.
WITH effect AS (
    SELECT c.op, c.charge_date, c.source_key, c.sub_account_key, c.service_key, c.sku_key, c.currency_code,
           coalesce(f.total_amount, 0) - c.d_total_amount AS before, coalesce(f.total_amount, 0) AS after, c.d_total_amount AS difference
    FROM wh.fact_charge_change c
    LEFT JOIN wh.fact_charge f ON f.charge_date = c.charge_date AND f.charge_key = c.charge_key
    WHERE c.run_id = $1::bigint AND c.charge_date >= $2::date AND c.charge_date < $3::date
    UNION ALL
    SELECT 'insert', f.charge_date, f.source_key, f.sub_account_key, f.service_key, f.sku_key, f.currency_code, 0, f.total_amount, f.total_amount
    FROM wh.fact_charge f
    WHERE f.first_run_id = $1::bigint AND f.charge_date >= $2::date AND f.charge_date < $3::date
      AND NOT EXISTS (SELECT FROM wh.fact_charge_change c WHERE c.charge_key = f.charge_key AND c.run_id = $1::bigint)
)
SELECT e.op, e.charge_date, coalesce(sa.sub_account_name, sa.sub_account_id), coalesce(k.sku_name, k.sku_code), e.currency_code,
       e.before, e.after, e.difference
FROM effect e
LEFT JOIN wh.dim_sub_account sa USING (sub_account_key)
LEFT JOIN wh.dim_sku k USING (sku_key)
WHERE e.difference <> 0
ORDER BY abs(e.difference) DESC, e.charge_date, 3, 4
LIMIT $4::integer
