-- summing up what the run changed
WITH effect AS (
    SELECT op, currency_code, d_list_cost, d_billed_cost, d_total_amount
    FROM wh.fact_charge_change
    WHERE run_id = $1::bigint AND charge_date >= $2::date AND charge_date < $3::date
    UNION ALL
    SELECT 'insert', f.currency_code, f.list_cost, f.billed_cost, f.total_amount
    FROM wh.fact_charge f
    WHERE f.first_run_id = $1::bigint AND f.charge_date >= $2::date AND f.charge_date < $3::date
      AND NOT EXISTS (SELECT FROM wh.fact_charge_change c WHERE c.charge_key = f.charge_key AND c.run_id = $1::bigint)
)
SELECT op, currency_code, count(*), sum(d_list_cost), sum(d_billed_cost), sum(d_total_amount)
FROM effect
GROUP BY op, currency_code
