-- merging documents
-- The anti-join keeps equal ones from being locked and rewritten.
INSERT INTO wh.fact_document AS f (
    source_key, document_id, billing_account_key, sub_account_key, currency_code, period_start, period_end, price, discount, amount,
    usage_percent, limit_status, vendor_created_at, vendor_updated_at, attributes, line_count, last_run_id, page_id, changed_at)
SELECT $1::bigint, w.document_id, w.billing_account_key, w.sub_account_key, w.currency_code, w.period_start, w.period_end, w.price,
       w.discount, w.amount, w.usage_percent, w.limit_status, w.vendor_created_at, w.vendor_updated_at, w.attributes, w.line_count,
       $3::bigint, w.page_id, clock_timestamp()
FROM jsonb_to_recordset($2::jsonb)
     AS w(document_id text, billing_account_key bigint, sub_account_key bigint, currency_code text, period_start date, period_end date,
          price numeric, discount numeric, amount numeric, usage_percent numeric, limit_status text, vendor_created_at timestamptz,
          vendor_updated_at timestamptz, attributes jsonb, line_count integer, page_id bigint)
WHERE NOT EXISTS (
    SELECT FROM wh.fact_document d
    WHERE d.source_key = $1::bigint AND d.document_id = w.document_id
      AND (d.billing_account_key, d.sub_account_key, d.currency_code, d.period_start, d.period_end, d.price, d.discount, d.amount,
           d.usage_percent, d.limit_status, d.vendor_created_at, d.vendor_updated_at, d.attributes, d.line_count)
          IS NOT DISTINCT FROM
          (w.billing_account_key, w.sub_account_key, w.currency_code, w.period_start, w.period_end, w.price, w.discount, w.amount,
           w.usage_percent, w.limit_status, w.vendor_created_at, w.vendor_updated_at, w.attributes, w.line_count))
ORDER BY w.document_id
ON CONFLICT (source_key, document_id) DO UPDATE SET
    billing_account_key = excluded.billing_account_key, sub_account_key = excluded.sub_account_key,
    currency_code = excluded.currency_code, period_start = excluded.period_start, period_end = excluded.period_end,
    price = excluded.price, discount = excluded.discount, amount = excluded.amount, usage_percent = excluded.usage_percent,
    limit_status = excluded.limit_status, vendor_created_at = excluded.vendor_created_at,
    vendor_updated_at = excluded.vendor_updated_at, attributes = excluded.attributes, line_count = excluded.line_count,
    last_run_id = excluded.last_run_id, page_id = excluded.page_id, changed_at = excluded.changed_at
