-- What the warehouse says, without surrogate keys, run ids and times: equal for any two ways to the same vendor answers. A text a row.

-- section: lines
SELECT ROW(charge_key, charge_date, source_code, billing_account_id, billing_account_name, sub_account_type, sub_account_id, sub_account_name,
           sub_account_name_reported, service_name, service_category, sku_code, sku_name, sku_name_reported, pricing_unit, charge_category,
           charge_frequency, billing_cycle, commodity_category, billing_method, line_kind, currency_code, charge_period_start, charge_period_end,
           billing_period_start, billing_period_end, document_id, line_no, quantity, pricing_block, unit_price, list_cost, discount_amount,
           billed_cost, tax_rate, tax_amount, total_amount, deduction_amount, coupon_amount, stored_value_amount, cash_amount,
           marketplace_amount, unpaid_amount, attributes, version, record_path)::text
FROM mart.charge ORDER BY 1

-- section: documents
SELECT ROW(s.source_code, d.document_id, b.billing_account_id, a.sub_account_id, d.currency_code, d.period_start, d.period_end, d.price, d.discount,
           d.amount, d.usage_percent, d.limit_status, d.vendor_created_at, d.vendor_updated_at, d.attributes, d.line_count)::text
FROM wh.fact_document d JOIN wh.dim_source s USING (source_key) JOIN wh.dim_billing_account b USING (billing_account_key)
JOIN wh.dim_sub_account a USING (sub_account_key)
ORDER BY 1

-- section: members
SELECT ROW('source', source_code, vendor_code, service_provider_name, default_currency, billing_timezone)::text FROM wh.dim_source
UNION ALL
SELECT ROW('billing account', s.source_code, m.billing_account_id, m.billing_account_name, m.billing_account_type, m.is_inferred)::text
FROM wh.dim_billing_account m JOIN wh.dim_source s USING (source_key)
UNION ALL
SELECT ROW('sub-account', s.source_code, m.sub_account_type, m.sub_account_id, m.sub_account_name, m.is_inferred)::text
FROM wh.dim_sub_account m JOIN wh.dim_source s USING (source_key)
UNION ALL
SELECT ROW('sub-account version', m.sub_account_type, m.sub_account_id, v.sub_account_name, v.first_charge_date, v.last_charge_date)::text
FROM wh.dim_sub_account_version v JOIN wh.dim_sub_account m USING (sub_account_key)
UNION ALL
SELECT ROW('service', s.source_code, m.service_code, m.service_name, m.service_category, m.service_subcategory)::text
FROM wh.dim_service m JOIN wh.dim_source s USING (source_key)
UNION ALL
SELECT ROW('SKU', v.service_code, m.sku_code, m.sku_name, m.meter_name, m.pricing_unit, m.consumed_unit)::text
FROM wh.dim_sku m JOIN wh.dim_service v USING (service_key)
UNION ALL
SELECT ROW('SKU version', m.sku_code, v.sku_name, v.first_charge_date, v.last_charge_date)::text
FROM wh.dim_sku_version v JOIN wh.dim_sku m USING (sku_key)
UNION ALL
SELECT ROW('charge type', charge_category, charge_class, charge_frequency, pricing_category, billing_cycle, commodity_category, billing_method,
           line_kind, third_party_billed)::text
FROM wh.dim_charge_type
ORDER BY 1

-- section: journal
SELECT ROW(op, charge_key, charge_date, version, d_quantity, d_list_cost, d_billed_cost, d_tax_amount, d_total_amount, period_was_closed,
           -- of a surrogate key, that it changed
           (SELECT jsonb_object_agg(k, CASE WHEN k LIKE '%\_key' THEN '"another"' ELSE v END) FROM jsonb_each(changed) AS each(k, v)))::text
FROM wh.fact_charge_change ORDER BY 1

-- section: totals
SELECT ROW(source_code, currency_code, count(*), sum(quantity), sum(list_cost), sum(discount_amount), sum(billed_cost), sum(tax_amount), sum(total_amount))::text
FROM mart.charge GROUP BY source_code, currency_code ORDER BY 1

-- section: ledger
SELECT ROW(s.stream_code, x.scope_key, x.slice_start, x.slice_end, x.status, x.content_sha256, x.read_rows, x.loaded_rows, x.duplicate_rows,
           x.quarantined_rows, x.billed_total, x.held_lines, x.failed_run_id IS NULL, x.problem)::text
FROM etl.slice x JOIN etl.stream s USING (stream_id) ORDER BY 1

-- section: watermarks
SELECT ROW(s.stream_code, w.scope_key, w.complete_through)::text FROM etl.watermark w JOIN etl.stream s USING (stream_id) ORDER BY 1

-- section: rejects
SELECT ROW(slice_start, record_path, reason_code, raw_record, occurrences, status)::text FROM etl.quarantine ORDER BY 1

-- section: kept pages
SELECT DISTINCT ROW(s.stream_code, p.page_no, p.record_count, p.content_sha256)::text
FROM etl.page p JOIN etl.stream s USING (stream_id) JOIN raw.page_body b USING (page_id) ORDER BY 1

-- section: runs that were left open
SELECT status FROM etl.run WHERE status = 'running'
