-- recording lines that came or went
-- The bounds on charge_date are implied by the keys, but only they let the planner skip partitions.
INSERT INTO wh.fact_charge_change (
    recorded_at, charge_key, op, charge_date, line_loaded_at, version, run_id, page_id, source_key, billing_account_key, sub_account_key,
    service_key, sku_key, charge_type_key, currency_code, billing_period_start,
    d_quantity, d_list_cost, d_billed_cost, d_tax_amount, d_total_amount, period_was_closed)
SELECT p.recorded_at, f.charge_key, p.op, f.charge_date, least(f.loaded_at, p.recorded_at), f.version, $4::bigint,
       CASE WHEN p.op <> 'vanish' THEN f.page_id END,
       f.source_key, f.billing_account_key, f.sub_account_key, f.service_key, f.sku_key, f.charge_type_key, f.currency_code,
       f.billing_period_start,
       p.sign * coalesce(f.quantity, 0), p.sign * f.list_cost, p.sign * f.billed_cost, p.sign * f.tax_amount, p.sign * f.total_amount,
       EXISTS (SELECT FROM wh.billing_period b
               WHERE b.source_key = f.source_key AND b.billing_account_key = f.billing_account_key
                 AND b.period_start = f.billing_period_start AND b.status = 'Closed')
FROM pg_temp.load_presence p
CROSS JOIN LATERAL (SELECT l.* FROM wh.fact_charge l
                    WHERE l.charge_date = p.charge_date AND l.charge_key = p.charge_key
                      AND l.charge_date >= $2::date AND l.charge_date < $3::date
                    OFFSET 0) AS f -- as in merge_changed.sql
WHERE p.recorded_at = $1::timestamptz
