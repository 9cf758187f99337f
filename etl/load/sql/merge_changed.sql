-- merging changed lines
-- Returns how many were restated, relabelled, and the same but for their hash (the rule that makes hashes has changed).
WITH compared AS MATERIALIZED (
    SELECT f AS live, n AS line,
           CASE WHEN (n.quantity, n.pricing_block, n.unit_price, n.list_cost, n.discount_amount, n.billed_cost, n.tax_rate, n.tax_amount,
                      n.total_amount, n.deduction_amount, n.coupon_amount, n.stored_value_amount, n.cash_amount, n.marketplace_amount,
                      n.unpaid_amount)
                     IS DISTINCT FROM
                     (f.quantity, f.pricing_block, f.unit_price, f.list_cost, f.discount_amount, f.billed_cost, f.tax_rate, f.tax_amount,
                      f.total_amount, f.deduction_amount, f.coupon_amount, f.stored_value_amount, f.cash_amount, f.marketplace_amount,
                      f.unpaid_amount) THEN 'restate'
                WHEN (n.sub_account_version_key, n.sku_version_key, n.charge_type_key, n.charge_period_start, n.charge_period_end,
                      n.billing_period_start, n.billing_period_end, n.document_id, n.attributes)
                     IS DISTINCT FROM
                     (f.sub_account_version_key, f.sku_version_key, f.charge_type_key, f.charge_period_start, f.charge_period_end,
                      f.billing_period_start, f.billing_period_end, f.document_id, f.attributes) THEN 'relabel'
                ELSE 'same' END AS op
    FROM pg_temp.load_line n
    JOIN wh.fact_charge f ON f.charge_date = n.charge_date AND f.charge_key = n.charge_key
    WHERE n.changed_at = $1::timestamptz AND f.charge_date >= $2::date AND f.charge_date < $3::date
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
           (SELECT jsonb_object_agg(now.key, jsonb_build_array(old.value, now.value))
            FROM jsonb_each(to_jsonb(c.line)) AS now JOIN jsonb_each(to_jsonb(c.live)) AS old USING (key)
            WHERE now.value <> old.value
              AND now.key NOT IN ('content_hash', 'version', 'first_run_id', 'last_run_id', 'page_id', 'record_path', 'loaded_at',
                                  'changed_at'))
    FROM compared c
    WHERE c.op <> 'same'
), updated AS (
    UPDATE wh.fact_charge f SET
        content_hash = (c.line).content_hash,
        document_id = (c.line).document_id,
        sub_account_version_key = (c.line).sub_account_version_key,
        sku_version_key = (c.line).sku_version_key,
        charge_type_key = (c.line).charge_type_key,
        charge_period_start = (c.line).charge_period_start,
        charge_period_end = (c.line).charge_period_end,
        billing_period_start = (c.line).billing_period_start,
        billing_period_end = (c.line).billing_period_end,
        quantity = (c.line).quantity,
        pricing_block = (c.line).pricing_block,
        unit_price = (c.line).unit_price,
        list_cost = (c.line).list_cost,
        discount_amount = (c.line).discount_amount,
        billed_cost = (c.line).billed_cost,
        tax_rate = (c.line).tax_rate,
        tax_amount = (c.line).tax_amount,
        total_amount = (c.line).total_amount,
        deduction_amount = (c.line).deduction_amount,
        coupon_amount = (c.line).coupon_amount,
        stored_value_amount = (c.line).stored_value_amount,
        cash_amount = (c.line).cash_amount,
        marketplace_amount = (c.line).marketplace_amount,
        unpaid_amount = (c.line).unpaid_amount,
        attributes = (c.line).attributes,
        version = f.version + CASE c.op WHEN 'restate' THEN 1 ELSE 0 END,
        last_run_id = CASE c.op WHEN 'same' THEN f.last_run_id ELSE (c.line).last_run_id END,
        page_id = CASE c.op WHEN 'same' THEN f.page_id ELSE (c.line).page_id END,
        record_path = CASE c.op WHEN 'same' THEN f.record_path ELSE (c.line).record_path END,
        changed_at = CASE c.op WHEN 'same' THEN f.changed_at ELSE (c.line).changed_at END
    FROM compared c
    WHERE f.charge_date = (c.live).charge_date AND f.charge_key = (c.live).charge_key
      AND f.charge_date >= $2::date AND f.charge_date < $3::date
)
SELECT count(*) FILTER (WHERE op = 'restate'), count(*) FILTER (WHERE op = 'relabel'), count(*) FILTER (WHERE op = 'same')
FROM compared
