-- merging changed lines
-- Returns how many were restated, relabelled, and the same but for their hash (the rule that makes hashes has changed).
-- Each line's row is found by its key alone, whatever the planner believes of a day that was loaded a moment ago: OFFSET 0 keeps it from
-- turning the join around, ON CONFLICT asks the unique index. That all rows were there is the caller's to check.
WITH compared AS MATERIALIZED (
    SELECT n.*, f.version AS live_version, f.quantity AS live_quantity, f.list_cost AS live_list_cost, f.billed_cost AS live_billed_cost,
           f.tax_amount AS live_tax_amount, f.total_amount AS live_total_amount, f.first_run_id AS live_first_run_id,
           f.last_run_id AS live_last_run_id, f.page_id AS live_page_id, f.record_path AS live_record_path, f.loaded_at AS live_loaded_at,
           f.changed_at AS live_changed_at,
           CASE WHEN (n.quantity, n.pricing_block, n.unit_price, n.list_cost, n.discount_amount, n.billed_cost, n.tax_rate, n.tax_amount,
                      n.total_amount, n.deduction_amount, n.coupon_amount, n.stored_value_amount, n.cash_amount, n.marketplace_amount, n.unpaid_amount)
                     IS DISTINCT FROM
                     (f.quantity, f.pricing_block, f.unit_price, f.list_cost, f.discount_amount, f.billed_cost, f.tax_rate, f.tax_amount,
                      f.total_amount, f.deduction_amount, f.coupon_amount, f.stored_value_amount, f.cash_amount, f.marketplace_amount, f.unpaid_amount) THEN 'restate'
                WHEN (n.document_id, n.sub_account_version_key, n.sku_version_key, n.charge_type_key, n.charge_period_start, n.charge_period_end,
                      n.billing_period_start, n.billing_period_end, n.attributes)
                     IS DISTINCT FROM
                     (f.document_id, f.sub_account_version_key, f.sku_version_key, f.charge_type_key, f.charge_period_start, f.charge_period_end,
                      f.billing_period_start, f.billing_period_end, f.attributes) THEN 'relabel'
                ELSE 'same' END AS op,
           -- Only what differs is turned into JSON. Attributes have nulls of their own, which jsonb_strip_nulls must not see.
           jsonb_strip_nulls(jsonb_build_object(
               'quantity', CASE WHEN n.quantity IS DISTINCT FROM f.quantity THEN jsonb_build_array(f.quantity, n.quantity) END,
               'pricing_block', CASE WHEN n.pricing_block IS DISTINCT FROM f.pricing_block THEN jsonb_build_array(f.pricing_block, n.pricing_block) END,
               'unit_price', CASE WHEN n.unit_price IS DISTINCT FROM f.unit_price THEN jsonb_build_array(f.unit_price, n.unit_price) END,
               'list_cost', CASE WHEN n.list_cost IS DISTINCT FROM f.list_cost THEN jsonb_build_array(f.list_cost, n.list_cost) END,
               'discount_amount', CASE WHEN n.discount_amount IS DISTINCT FROM f.discount_amount THEN jsonb_build_array(f.discount_amount, n.discount_amount) END,
               'billed_cost', CASE WHEN n.billed_cost IS DISTINCT FROM f.billed_cost THEN jsonb_build_array(f.billed_cost, n.billed_cost) END,
               'tax_rate', CASE WHEN n.tax_rate IS DISTINCT FROM f.tax_rate THEN jsonb_build_array(f.tax_rate, n.tax_rate) END,
               'tax_amount', CASE WHEN n.tax_amount IS DISTINCT FROM f.tax_amount THEN jsonb_build_array(f.tax_amount, n.tax_amount) END,
               'total_amount', CASE WHEN n.total_amount IS DISTINCT FROM f.total_amount THEN jsonb_build_array(f.total_amount, n.total_amount) END,
               'deduction_amount', CASE WHEN n.deduction_amount IS DISTINCT FROM f.deduction_amount THEN jsonb_build_array(f.deduction_amount, n.deduction_amount) END,
               'coupon_amount', CASE WHEN n.coupon_amount IS DISTINCT FROM f.coupon_amount THEN jsonb_build_array(f.coupon_amount, n.coupon_amount) END,
               'stored_value_amount', CASE WHEN n.stored_value_amount IS DISTINCT FROM f.stored_value_amount THEN jsonb_build_array(f.stored_value_amount, n.stored_value_amount) END,
               'cash_amount', CASE WHEN n.cash_amount IS DISTINCT FROM f.cash_amount THEN jsonb_build_array(f.cash_amount, n.cash_amount) END,
               'marketplace_amount', CASE WHEN n.marketplace_amount IS DISTINCT FROM f.marketplace_amount THEN jsonb_build_array(f.marketplace_amount, n.marketplace_amount) END,
               'unpaid_amount', CASE WHEN n.unpaid_amount IS DISTINCT FROM f.unpaid_amount THEN jsonb_build_array(f.unpaid_amount, n.unpaid_amount) END,
               'document_id', CASE WHEN n.document_id IS DISTINCT FROM f.document_id THEN jsonb_build_array(f.document_id, n.document_id) END,
               'sub_account_version_key', CASE WHEN n.sub_account_version_key IS DISTINCT FROM f.sub_account_version_key THEN jsonb_build_array(f.sub_account_version_key, n.sub_account_version_key) END,
               'sku_version_key', CASE WHEN n.sku_version_key IS DISTINCT FROM f.sku_version_key THEN jsonb_build_array(f.sku_version_key, n.sku_version_key) END,
               'charge_type_key', CASE WHEN n.charge_type_key IS DISTINCT FROM f.charge_type_key THEN jsonb_build_array(f.charge_type_key, n.charge_type_key) END,
               'charge_period_start', CASE WHEN n.charge_period_start IS DISTINCT FROM f.charge_period_start THEN jsonb_build_array(f.charge_period_start, n.charge_period_start) END,
               'charge_period_end', CASE WHEN n.charge_period_end IS DISTINCT FROM f.charge_period_end THEN jsonb_build_array(f.charge_period_end, n.charge_period_end) END,
               'billing_period_start', CASE WHEN n.billing_period_start IS DISTINCT FROM f.billing_period_start THEN jsonb_build_array(f.billing_period_start, n.billing_period_start) END,
               'billing_period_end', CASE WHEN n.billing_period_end IS DISTINCT FROM f.billing_period_end THEN jsonb_build_array(f.billing_period_end, n.billing_period_end) END))
           || CASE WHEN n.attributes IS DISTINCT FROM f.attributes
                   THEN jsonb_build_object('attributes', jsonb_build_array(f.attributes, n.attributes)) ELSE '{}' END AS changed
    FROM pg_temp.load_line n
    CROSS JOIN LATERAL (SELECT l.* FROM wh.fact_charge l
                        WHERE l.charge_date = n.charge_date AND l.charge_key = n.charge_key
                          AND l.charge_date >= $2::date AND l.charge_date < $3::date
                        OFFSET 0) AS f
    WHERE n.changed_at = $1::timestamptz
), recorded AS (
    INSERT INTO wh.fact_charge_change (
        recorded_at, charge_key, op, charge_date, line_loaded_at, version, run_id, page_id, source_key, billing_account_key,
        sub_account_key, service_key, sku_key, charge_type_key, currency_code, billing_period_start,
        d_quantity, d_list_cost, d_billed_cost, d_tax_amount, d_total_amount, period_was_closed, changed)
    SELECT c.changed_at, c.charge_key, c.op, c.charge_date, least(c.live_loaded_at, c.changed_at),
           c.live_version + CASE c.op WHEN 'restate' THEN 1 ELSE 0 END, c.last_run_id, c.page_id,
           c.source_key, c.billing_account_key, c.sub_account_key, c.service_key, c.sku_key,
           c.charge_type_key, c.currency_code, c.billing_period_start,
           coalesce(c.quantity, 0) - coalesce(c.live_quantity, 0), c.list_cost - c.live_list_cost,
           c.billed_cost - c.live_billed_cost, c.tax_amount - c.live_tax_amount,
           c.total_amount - c.live_total_amount,
           EXISTS (SELECT FROM wh.billing_period b
                   WHERE b.source_key = c.source_key AND b.billing_account_key = c.billing_account_key
                     AND b.period_start = c.billing_period_start AND b.status = 'Closed'),
           c.changed
    FROM compared c
    WHERE c.op <> 'same'
), updated AS (
    INSERT INTO wh.fact_charge AS f (charge_date, charge_key, content_hash, source_key, stream_id, scope_key, document_id, line_no, billing_account_key, sub_account_key,
        sub_account_version_key, service_key, sku_key, sku_version_key, charge_type_key, currency_code, charge_period_start, charge_period_end,
        billing_period_start, billing_period_end, quantity, pricing_block, unit_price, list_cost, discount_amount, billed_cost, tax_rate, tax_amount,
        total_amount, deduction_amount, coupon_amount, stored_value_amount, cash_amount, marketplace_amount, unpaid_amount, attributes, version,
        first_run_id, last_run_id, page_id, record_path, loaded_at, changed_at)
    SELECT charge_date, charge_key, content_hash, source_key, stream_id, scope_key, document_id,
           line_no, billing_account_key, sub_account_key, sub_account_version_key, service_key, sku_key,
           sku_version_key, charge_type_key, currency_code, charge_period_start, charge_period_end,
           billing_period_start, billing_period_end, quantity, pricing_block, unit_price, list_cost,
           discount_amount, billed_cost, tax_rate, tax_amount, total_amount, deduction_amount,
           coupon_amount, stored_value_amount, cash_amount, marketplace_amount, unpaid_amount, attributes,
           live_version + CASE op WHEN 'restate' THEN 1 ELSE 0 END, live_first_run_id,
           CASE op WHEN 'same' THEN live_last_run_id ELSE last_run_id END, CASE op WHEN 'same' THEN live_page_id ELSE page_id END,
           CASE op WHEN 'same' THEN live_record_path ELSE record_path END, live_loaded_at,
           CASE op WHEN 'same' THEN live_changed_at ELSE changed_at END
    FROM compared
    ON CONFLICT (charge_date, charge_key) DO UPDATE SET
        content_hash = excluded.content_hash, document_id = excluded.document_id, sub_account_version_key = excluded.sub_account_version_key,
        sku_version_key = excluded.sku_version_key, charge_type_key = excluded.charge_type_key, charge_period_start = excluded.charge_period_start,
        charge_period_end = excluded.charge_period_end, billing_period_start = excluded.billing_period_start,
        billing_period_end = excluded.billing_period_end, quantity = excluded.quantity, pricing_block = excluded.pricing_block,
        unit_price = excluded.unit_price, list_cost = excluded.list_cost, discount_amount = excluded.discount_amount,
        billed_cost = excluded.billed_cost, tax_rate = excluded.tax_rate, tax_amount = excluded.tax_amount, total_amount = excluded.total_amount,
        deduction_amount = excluded.deduction_amount, coupon_amount = excluded.coupon_amount, stored_value_amount = excluded.stored_value_amount,
        cash_amount = excluded.cash_amount, marketplace_amount = excluded.marketplace_amount, unpaid_amount = excluded.unpaid_amount,
        attributes = excluded.attributes, version = excluded.version, last_run_id = excluded.last_run_id, page_id = excluded.page_id,
        record_path = excluded.record_path, changed_at = excluded.changed_at
)
SELECT count(*) FILTER (WHERE op = 'restate'), count(*) FILTER (WHERE op = 'relabel'), count(*) FILTER (WHERE op = 'same')
FROM compared
