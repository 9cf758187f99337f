-- merging changed lines
-- Returns how many were restated, relabelled, and the same but for their hash (the rule that makes hashes has changed).
-- Each line's row is found by its key alone, whatever the planner believes of a day that was loaded a moment ago: OFFSET 0 keeps it from
-- turning the join around, ON CONFLICT asks the unique index. That all rows were there is the caller's to check.
WITH compared AS MATERIALIZED (
    SELECT f AS live, n AS line,
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
           (SELECT jsonb_object_agg(name, jsonb_build_array(coalesce(old, 'null'), coalesce(now, 'null')))
            FROM (VALUES ('quantity', to_jsonb(n.quantity), to_jsonb(f.quantity)),
                          ('pricing_block', to_jsonb(n.pricing_block), to_jsonb(f.pricing_block)),
                          ('unit_price', to_jsonb(n.unit_price), to_jsonb(f.unit_price)),
                          ('list_cost', to_jsonb(n.list_cost), to_jsonb(f.list_cost)),
                          ('discount_amount', to_jsonb(n.discount_amount), to_jsonb(f.discount_amount)),
                          ('billed_cost', to_jsonb(n.billed_cost), to_jsonb(f.billed_cost)),
                          ('tax_rate', to_jsonb(n.tax_rate), to_jsonb(f.tax_rate)),
                          ('tax_amount', to_jsonb(n.tax_amount), to_jsonb(f.tax_amount)),
                          ('total_amount', to_jsonb(n.total_amount), to_jsonb(f.total_amount)),
                          ('deduction_amount', to_jsonb(n.deduction_amount), to_jsonb(f.deduction_amount)),
                          ('coupon_amount', to_jsonb(n.coupon_amount), to_jsonb(f.coupon_amount)),
                          ('stored_value_amount', to_jsonb(n.stored_value_amount), to_jsonb(f.stored_value_amount)),
                          ('cash_amount', to_jsonb(n.cash_amount), to_jsonb(f.cash_amount)),
                          ('marketplace_amount', to_jsonb(n.marketplace_amount), to_jsonb(f.marketplace_amount)),
                          ('unpaid_amount', to_jsonb(n.unpaid_amount), to_jsonb(f.unpaid_amount)),
                          ('document_id', to_jsonb(n.document_id), to_jsonb(f.document_id)),
                          ('sub_account_version_key', to_jsonb(n.sub_account_version_key), to_jsonb(f.sub_account_version_key)),
                          ('sku_version_key', to_jsonb(n.sku_version_key), to_jsonb(f.sku_version_key)),
                          ('charge_type_key', to_jsonb(n.charge_type_key), to_jsonb(f.charge_type_key)),
                          ('charge_period_start', to_jsonb(n.charge_period_start), to_jsonb(f.charge_period_start)),
                          ('charge_period_end', to_jsonb(n.charge_period_end), to_jsonb(f.charge_period_end)),
                          ('billing_period_start', to_jsonb(n.billing_period_start), to_jsonb(f.billing_period_start)),
                          ('billing_period_end', to_jsonb(n.billing_period_end), to_jsonb(f.billing_period_end)),
                          ('attributes', to_jsonb(n.attributes), to_jsonb(f.attributes))) AS value (name, now, old)
            WHERE now IS DISTINCT FROM old) AS changed
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
    SELECT (c.line).changed_at, (c.live).charge_key, c.op, (c.live).charge_date, least((c.live).loaded_at, (c.line).changed_at),
           (c.live).version + CASE c.op WHEN 'restate' THEN 1 ELSE 0 END, (c.line).last_run_id, (c.line).page_id,
           (c.line).source_key, (c.line).billing_account_key, (c.line).sub_account_key, (c.line).service_key, (c.line).sku_key,
           (c.line).charge_type_key, (c.line).currency_code, (c.line).billing_period_start,
           coalesce((c.line).quantity, 0) - coalesce((c.live).quantity, 0), (c.line).list_cost - (c.live).list_cost,
           (c.line).billed_cost - (c.live).billed_cost, (c.line).tax_amount - (c.live).tax_amount,
           (c.line).total_amount - (c.live).total_amount,
           EXISTS (SELECT FROM wh.billing_period b
                   WHERE b.source_key = (c.line).source_key AND b.billing_account_key = (c.line).billing_account_key
                     AND b.period_start = (c.line).billing_period_start AND b.status = 'Closed'),
           c.changed
    FROM compared c
    WHERE c.op <> 'same'
), updated AS (
    INSERT INTO wh.fact_charge AS f (charge_date, charge_key, content_hash, source_key, stream_id, scope_key, document_id, line_no, billing_account_key, sub_account_key,
        sub_account_version_key, service_key, sku_key, sku_version_key, charge_type_key, currency_code, charge_period_start, charge_period_end,
        billing_period_start, billing_period_end, quantity, pricing_block, unit_price, list_cost, discount_amount, billed_cost, tax_rate, tax_amount,
        total_amount, deduction_amount, coupon_amount, stored_value_amount, cash_amount, marketplace_amount, unpaid_amount, attributes, version,
        first_run_id, last_run_id, page_id, record_path, loaded_at, changed_at)
    SELECT (line).charge_date, (line).charge_key, (line).content_hash, (line).source_key, (line).stream_id, (line).scope_key, (line).document_id,
           (line).line_no, (line).billing_account_key, (line).sub_account_key, (line).sub_account_version_key, (line).service_key, (line).sku_key,
           (line).sku_version_key, (line).charge_type_key, (line).currency_code, (line).charge_period_start, (line).charge_period_end,
           (line).billing_period_start, (line).billing_period_end, (line).quantity, (line).pricing_block, (line).unit_price, (line).list_cost,
           (line).discount_amount, (line).billed_cost, (line).tax_rate, (line).tax_amount, (line).total_amount, (line).deduction_amount,
           (line).coupon_amount, (line).stored_value_amount, (line).cash_amount, (line).marketplace_amount, (line).unpaid_amount, (line).attributes,
           (live).version + CASE op WHEN 'restate' THEN 1 ELSE 0 END, (live).first_run_id,
           CASE op WHEN 'same' THEN (live).last_run_id ELSE (line).last_run_id END, CASE op WHEN 'same' THEN (live).page_id ELSE (line).page_id END,
           CASE op WHEN 'same' THEN (live).record_path ELSE (line).record_path END, (live).loaded_at,
           CASE op WHEN 'same' THEN (live).changed_at ELSE (line).changed_at END
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
