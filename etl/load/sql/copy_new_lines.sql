-- loading new lines
-- Columns in the order of LineWriter.
COPY wh.fact_charge (
    charge_date, charge_key, content_hash, source_key, stream_id, scope_key, document_id, line_no, billing_account_key, sub_account_key,
    sub_account_version_key, service_key, sku_key, sku_version_key, charge_type_key, currency_code, charge_period_start, charge_period_end,
    billing_period_start, billing_period_end, quantity, pricing_block, unit_price, list_cost, discount_amount, billed_cost, tax_rate, tax_amount,
    total_amount, deduction_amount, coupon_amount, stored_value_amount, cash_amount, marketplace_amount, unpaid_amount, attributes, version,
    first_run_id, last_run_id, page_id, record_path, loaded_at, changed_at
) FROM STDIN (FORMAT binary)
