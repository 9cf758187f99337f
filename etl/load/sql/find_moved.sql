-- checking that no line moved to another member
-- The journal rests on it: deltas of one key must add up under one account, service, SKU and currency.
SELECT f.charge_date, n.record_path,
       concat_ws(', ', CASE WHEN n.billing_account_key <> f.billing_account_key THEN 'billing account' END,
                       CASE WHEN n.sub_account_key <> f.sub_account_key THEN 'sub-account' END,
                       CASE WHEN n.service_key <> f.service_key THEN 'service' END,
                       CASE WHEN n.sku_key <> f.sku_key THEN 'SKU' END,
                       CASE WHEN n.currency_code <> f.currency_code THEN 'currency' END)
FROM pg_temp.load_line n
CROSS JOIN LATERAL (SELECT l.* FROM wh.fact_charge l
                    WHERE l.charge_date = n.charge_date AND l.charge_key = n.charge_key
                      AND l.charge_date >= $2::date AND l.charge_date < $3::date
                    OFFSET 0) AS f -- as in merge_changed.sql
WHERE n.changed_at = $1::timestamptz
  AND (n.billing_account_key, n.sub_account_key, n.service_key, n.sku_key, n.currency_code)
      <> (f.billing_account_key, f.sub_account_key, f.service_key, f.sku_key, f.currency_code)
ORDER BY f.charge_date, n.record_path
LIMIT 1
