-- Rules that hold after every committed transaction. Each is a statement under a line "-- rule: NAME" that returns one row of text
-- for every breach. broken_invariants() in test_database.cpp runs them all.

-- rule: a line's newest change tells whether and in which version it is live
SELECT format('%s of %s: newest change is %s to version %s, the star has version %s', j.charge_key, j.charge_date, j.op, j.version, f.version)
FROM (SELECT DISTINCT ON (charge_key) * FROM wh.fact_charge_change ORDER BY charge_key, recorded_at DESC) AS j
LEFT JOIN wh.fact_charge f ON f.charge_date = j.charge_date AND f.charge_key = j.charge_key
WHERE CASE WHEN j.op = 'vanish' THEN f.charge_key IS NOT NULL ELSE f.version IS DISTINCT FROM j.version OR f.loaded_at <> j.line_loaded_at END

-- rule: a line's version counts its restatements and reappearances
SELECT format('%s of %s: version %s after %s such changes', f.charge_key, f.charge_date, f.version, count(j.op))
FROM wh.fact_charge f
LEFT JOIN wh.fact_charge_change j ON j.charge_key = f.charge_key AND j.op IN ('restate', 'reappear')
GROUP BY f.charge_key, f.charge_date, f.version
HAVING f.version <> 1 + count(j.op)

-- rule: a line vanishes and reappears in turn, and keeps the time of its first load
SELECT format('%s of %s: %s at %s after %s', charge_key, charge_date, op, recorded_at, coalesce(before, 'nothing'))
FROM (SELECT *, lag(op) OVER line AS before, first_value(line_loaded_at) OVER line AS first_loaded_at
      FROM wh.fact_charge_change WINDOW line AS (PARTITION BY charge_key ORDER BY recorded_at)) AS j
WHERE (op = 'reappear') <> (coalesce(before, '') = 'vanish')
   OR (op = 'late' AND before IS NOT NULL) OR line_loaded_at <> first_loaded_at OR (op = 'late' AND line_loaded_at <> recorded_at)

-- rule: the changes of a line known from its first sight on add up to what is live
SELECT format('%s of %s: changes add up to %s, live is %s', j.charge_key, j.charge_date, j.amounts,
              CASE WHEN f.charge_key IS NULL THEN 'nothing' ELSE (f.list_cost, f.billed_cost, f.tax_amount, f.total_amount)::text END)
FROM (SELECT charge_key, charge_date, sum(d_quantity) AS quantity, sum(d_list_cost) AS list, sum(d_billed_cost) AS billed,
             sum(d_tax_amount) AS tax, sum(d_total_amount) AS total,
             (sum(d_list_cost), sum(d_billed_cost), sum(d_tax_amount), sum(d_total_amount))::text AS amounts
      FROM wh.fact_charge_change GROUP BY 1, 2 HAVING bool_or(op = 'late')) AS j
LEFT JOIN wh.fact_charge f ON f.charge_date = j.charge_date AND f.charge_key = j.charge_key
WHERE (j.quantity, j.list, j.billed, j.tax, j.total)
    IS DISTINCT FROM (coalesce(f.quantity, 0), coalesce(f.list_cost, 0), coalesce(f.billed_cost, 0), coalesce(f.tax_amount, 0), coalesce(f.total_amount, 0))

-- rule: the bill as known now is the star
SELECT format('%s %s: known %s, star %s', charge_date, currency_code, k.amounts, s.amounts)
FROM (SELECT charge_date, currency_code, (sum(line_count), sum(list_cost), sum(billed_cost), sum(tax_amount), sum(total_amount))::text AS amounts
      FROM mart.charge_as_of(clock_timestamp() + interval '1 day', '2015-01-01', '2045-01-01') GROUP BY 1, 2) AS k
FULL JOIN (SELECT charge_date, currency_code, (count(*)::numeric, sum(list_cost), sum(billed_cost), sum(tax_amount), sum(total_amount))::text AS amounts
      FROM wh.fact_charge GROUP BY 1, 2) AS s USING (charge_date, currency_code)
WHERE k.amounts IS DISTINCT FROM s.amounts

-- rule: nothing was known before the first load
SELECT format('%s %s: %s', charge_date, currency_code, billed_cost)
FROM mart.charge_as_of((SELECT min(started_at) FROM etl.run), '2015-01-01', '2045-01-01')

-- rule: a line's key is unique across partitions
SELECT format('%s stands %s times', charge_key, count(*)) FROM wh.fact_charge GROUP BY charge_key HAVING count(*) > 1

-- rule: the ledger counts and sums what the star holds
SELECT format('slice %s of stream %s %s: ledger %s %s, star %s %s', x.slice_start, x.stream_id, x.scope_key, x.loaded_rows, x.billed_total, s.lines, s.totals)
FROM etl.slice x
CROSS JOIN LATERAL (
    SELECT coalesce(sum(c.lines), 0) AS lines, coalesce(jsonb_object_agg(c.currency_code, c.total), '{}') AS totals
    FROM (SELECT currency_code, count(*) AS lines, sum(total_amount) AS total FROM wh.fact_charge f
          WHERE f.stream_id = x.stream_id AND f.scope_key = x.scope_key AND f.charge_date >= x.slice_start AND f.charge_date < x.slice_end
          GROUP BY 1) AS c) AS s
WHERE x.loaded_rows <> s.lines OR (x.first_complete_at IS NOT NULL AND x.billed_total IS DISTINCT FROM s.totals)

-- rule: every line lies in a slice that was complete
SELECT format('%s of %s, stream %s %s', f.charge_key, f.charge_date, f.stream_id, f.scope_key)
FROM wh.fact_charge f
WHERE NOT EXISTS (SELECT FROM etl.slice x WHERE x.stream_id = f.stream_id AND x.scope_key = f.scope_key AND x.first_complete_at IS NOT NULL
                  AND f.charge_date >= x.slice_start AND f.charge_date < x.slice_end)

-- rule: read = loaded + duplicate + quarantined
SELECT format('slice %s of stream %s', slice_start, stream_id) FROM etl.slice WHERE read_rows <> loaded_rows + duplicate_rows + quarantined_rows
UNION ALL
SELECT format('run %s: read %s', run_id, rows_in) FROM etl.run
WHERE status = 'succeeded' AND rows_in <> rows_inserted + rows_late + rows_reappeared + rows_restated + rows_relabelled + rows_unchanged
                                          + rows_duplicate + rows_quarantined

-- rule: slices of a stream do not overlap
SELECT format('%s..%s and %s..%s of stream %s', a.slice_start, a.slice_end, b.slice_start, b.slice_end, a.stream_id)
FROM etl.slice a JOIN etl.slice b USING (stream_id, scope_key)
WHERE a.slice_start < b.slice_start AND a.slice_end > b.slice_start

-- rule: the watermark is the end of the unbroken run of complete slices
-- Never ahead of it. The newest slice may lie beyond, as one that is still open does not count.
SELECT format('stream %s %s: watermark %s, but %s', w.stream_id, w.scope_key, w.complete_through, p.problem)
FROM etl.watermark w
JOIN etl.stream st USING (stream_id)
CROSS JOIN LATERAL (
    SELECT format('nothing complete before it at %s', d::date) AS problem
    FROM generate_series(st.earliest::timestamp, w.complete_through - 1, interval '1 day') AS d
    WHERE NOT EXISTS (SELECT FROM etl.slice x WHERE x.stream_id = w.stream_id AND x.scope_key = w.scope_key AND x.first_complete_at IS NOT NULL
                      AND d::date >= x.slice_start AND d::date < x.slice_end)
    UNION ALL
    SELECT format('%s..%s and %s..%s are complete', a.slice_start, a.slice_end, b.slice_start, b.slice_end)
    FROM etl.slice a JOIN etl.slice b ON b.stream_id = a.stream_id AND b.scope_key = a.scope_key AND b.slice_start <= a.slice_end AND b.slice_end > a.slice_end
    WHERE a.stream_id = w.stream_id AND a.scope_key = w.scope_key AND a.first_complete_at IS NOT NULL AND b.first_complete_at IS NOT NULL
      AND a.slice_start <= coalesce(w.complete_through, st.earliest) AND a.slice_end > coalesce(w.complete_through, st.earliest)) AS p

-- rule: no key of a fact is an orphan
SELECT DISTINCT format('%s %s of %s %s', k.dimension, k.key, f.origin, f.charge_date)
FROM (SELECT 'fact_charge' AS origin, charge_date, source_key, stream_id, billing_account_key, sub_account_key, sub_account_version_key, service_key,
             sku_key, sku_version_key, charge_type_key, currency_code FROM wh.fact_charge
      UNION ALL
      SELECT 'fact_charge_change', charge_date, source_key, NULL, billing_account_key, sub_account_key, NULL, service_key,
             sku_key, NULL, charge_type_key, currency_code FROM wh.fact_charge_change) AS f
CROSS JOIN LATERAL (VALUES
    ('source', f.source_key::text, f.source_key IN (SELECT source_key FROM wh.dim_source)),
    ('stream', f.stream_id::text, f.stream_id IN (SELECT stream_id FROM etl.stream)),
    ('billing account', f.billing_account_key::text, f.billing_account_key IN (SELECT billing_account_key FROM wh.dim_billing_account)),
    ('sub-account', f.sub_account_key::text, f.sub_account_key IN (SELECT sub_account_key FROM wh.dim_sub_account)),
    ('sub-account version', f.sub_account_version_key::text, f.sub_account_version_key IN (SELECT sub_account_version_key FROM wh.dim_sub_account_version)),
    ('service', f.service_key::text, f.service_key IN (SELECT service_key FROM wh.dim_service)),
    ('SKU', f.sku_key::text, f.sku_key IN (SELECT sku_key FROM wh.dim_sku)),
    ('SKU version', f.sku_version_key::text, f.sku_version_key IN (SELECT sku_version_key FROM wh.dim_sku_version)),
    ('charge type', f.charge_type_key::text, f.charge_type_key IN (SELECT charge_type_key FROM wh.dim_charge_type)),
    ('currency', f.currency_code, f.currency_code IN (SELECT currency_code FROM wh.dim_currency))) AS k(dimension, key, found)
WHERE NOT k.found

-- rule: a line's members belong to its source and to each other
SELECT format('%s of %s', f.charge_key, f.charge_date)
FROM wh.fact_charge f
JOIN wh.dim_billing_account ba USING (billing_account_key)
JOIN wh.dim_sub_account sa USING (sub_account_key)
JOIN wh.dim_sub_account_version sv USING (sub_account_version_key)
JOIN wh.dim_service v USING (service_key)
JOIN wh.dim_sku k USING (sku_key)
JOIN wh.dim_sku_version kv USING (sku_version_key)
WHERE ba.source_key NOT IN (f.source_key, -1) OR sa.source_key NOT IN (f.source_key, -1) OR v.source_key NOT IN (f.source_key, -1)
   OR k.source_key NOT IN (f.source_key, -1) OR sv.sub_account_key <> f.sub_account_key OR kv.sku_key <> f.sku_key
   OR (f.sku_key > 0 AND k.service_key <> f.service_key)

-- rule: a member's version was seen on every charge date that uses it
SELECT format('sub-account version %s: %s..%s, line of %s', v.sub_account_version_key, v.first_charge_date, v.last_charge_date, f.charge_date)
FROM wh.fact_charge f JOIN wh.dim_sub_account_version v USING (sub_account_version_key)
WHERE f.charge_date NOT BETWEEN v.first_charge_date AND v.last_charge_date
UNION ALL
SELECT format('SKU version %s: %s..%s, line of %s', v.sku_version_key, v.first_charge_date, v.last_charge_date, f.charge_date)
FROM wh.fact_charge f JOIN wh.dim_sku_version v USING (sku_version_key)
WHERE f.charge_date NOT BETWEEN v.first_charge_date AND v.last_charge_date

-- rule: a member's current name is the one it had on the latest charge date on which it had one
SELECT format('sub-account %s is called %L, latest was %L', d.sub_account_key, d.sub_account_name, n.name)
FROM wh.dim_sub_account d
CROSS JOIN LATERAL (SELECT v.last_charge_date, array_agg(v.sub_account_name) AS names, max(v.sub_account_name) AS name
                    FROM wh.dim_sub_account_version v
                    WHERE v.sub_account_key = d.sub_account_key AND v.sub_account_name IS NOT NULL
                    GROUP BY 1 ORDER BY 1 DESC LIMIT 1) AS n
WHERE d.sub_account_key > 0 AND array_position(n.names, d.sub_account_name) IS NULL
UNION ALL
SELECT format('SKU %s is called %L, latest was %L', d.sku_key, d.sku_name, n.name)
FROM wh.dim_sku d
CROSS JOIN LATERAL (SELECT v.last_charge_date, array_agg(v.sku_name) AS names, max(v.sku_name) AS name
                    FROM wh.dim_sku_version v WHERE v.sku_key = d.sku_key AND v.sku_name IS NOT NULL
                    GROUP BY 1 ORDER BY 1 DESC LIMIT 1) AS n
WHERE d.sku_key > 0 AND array_position(n.names, d.sku_name) IS NULL

-- rule: every line can be traced to its runs and page
SELECT format('%s of %s: runs %s and %s, page %s', f.charge_key, f.charge_date, f.first_run_id, f.last_run_id, f.page_id)
FROM wh.fact_charge f
WHERE NOT EXISTS (SELECT FROM etl.run r WHERE r.run_id = f.first_run_id) OR NOT EXISTS (SELECT FROM etl.run r WHERE r.run_id = f.last_run_id)
   OR NOT EXISTS (SELECT FROM etl.page p WHERE p.page_id = f.page_id) OR f.first_run_id > f.last_run_id

-- rule: a stored page is whole
SELECT format('page %s: %s', p.page_id, CASE WHEN b.body IS NULL THEN 'no body' ELSE 'another body' END)
FROM etl.page p
LEFT JOIN (SELECT page_id, string_agg(body, '' ORDER BY part) AS body FROM raw.page_body GROUP BY page_id) AS b USING (page_id)
WHERE p.body_sha256 <> sha256(b.body) OR p.body_bytes <> octet_length(b.body)
   OR (b.body IS NULL -- unless its month was dropped
       AND to_regclass(format('raw.page_body_s%s_%s', p.stream_id, to_char(p.requested_at AT TIME ZONE 'UTC', 'YYYYMM'))) IS NOT NULL)

-- rule: the ledger counts the rejects that it left behind
SELECT format('slice %s of stream %s %s: ledger %s, quarantine %s', x.slice_start, x.stream_id, x.scope_key, x.quarantined_rows, coalesce(sum(q.occurrences), 0))
FROM etl.slice x
LEFT JOIN etl.quarantine q ON q.stream_id = x.stream_id AND q.scope_key = x.scope_key AND q.slice_start = x.slice_start AND q.status <> 'replayed'
WHERE x.held_run_id IS NULL AND x.failed_run_id IS NULL
GROUP BY x.stream_id, x.scope_key, x.slice_start, x.quarantined_rows
HAVING x.quarantined_rows <> coalesce(sum(q.occurrences), 0)

-- rule: amounts are numbers
SELECT format('%s of %s', charge_key, charge_date) FROM wh.fact_charge
WHERE ARRAY['NaN', 'Infinity', '-Infinity']::numeric[] && array_remove(
    ARRAY[quantity, pricing_block, unit_price, list_cost, discount_amount, billed_cost, tax_rate, tax_amount, total_amount, deduction_amount,
          coupon_amount, stored_value_amount, cash_amount, marketplace_amount, unpaid_amount], NULL)
UNION ALL
SELECT format('change of %s at %s', charge_key, recorded_at) FROM wh.fact_charge_change
WHERE ARRAY['NaN', 'Infinity', '-Infinity']::numeric[] && ARRAY[d_quantity, d_list_cost, d_billed_cost, d_tax_amount, d_total_amount]
UNION ALL
SELECT format('document %s', document_id) FROM wh.fact_document
WHERE ARRAY['NaN', 'Infinity', '-Infinity']::numeric[] && array_remove(ARRAY[price, discount, amount, usage_percent], NULL)

-- rule: spreading charges over days loses nothing
SELECT format('%s: spread %s, billed %s', charge_key, d.amounts, f.amounts)
FROM (SELECT charge_key, (sum(list_cost), sum(billed_cost), sum(total_amount), count(*)) AS amounts FROM mart.charge_daily GROUP BY 1) AS d
FULL JOIN (SELECT c.charge_key, (c.list_cost, c.billed_cost, c.total_amount,
                  ((c.charge_period_end - interval '1 microsecond') AT TIME ZONE s.billing_timezone)::date
                      - (c.charge_period_start AT TIME ZONE s.billing_timezone)::date + 1::bigint) AS amounts
           FROM wh.fact_charge c LEFT JOIN wh.dim_source s USING (source_key)) AS f USING (charge_key)
WHERE d.amounts IS DISTINCT FROM f.amounts

-- rule: FOCUS shows every charge and its tax once
SELECT format('%s: FOCUS %s, star %s', currency_code, f.sums, s.sums)
FROM (SELECT billingcurrency AS currency_code, (count(*), sum(billedcost), sum(listcost) FILTER (WHERE x_chargekey NOT LIKE '%/tax'))::text AS sums
      FROM focus.charge GROUP BY 1) AS f
FULL JOIN (SELECT currency_code, (count(*) + count(*) FILTER (WHERE tax_amount <> 0),
                                  sum(CASE WHEN t.third_party_billed THEN 0 ELSE billed_cost + tax_amount END), sum(list_cost))::text AS sums
           FROM wh.fact_charge LEFT JOIN wh.dim_charge_type t USING (charge_type_key) GROUP BY 1) AS s USING (currency_code)
WHERE f.sums IS DISTINCT FROM s.sums

-- rule: FOCUS rows hold what every version asks for, where the vendor does not bill in FOCUS itself
SELECT format('%s: %s', c.x_chargekey, k.broken)
FROM focus.charge c
LEFT JOIN wh.fact_charge f ON f.charge_date = c.x_chargedate AND f.charge_key::text = left(c.x_chargekey, 36)
CROSS JOIN LATERAL (VALUES
    ('a cost is NULL', num_nulls(c.billedcost, c.effectivecost, c.listcost, c.contractedcost) = 0),
    ('who, what or when is NULL', num_nulls(c.billingaccountid, c.billingcurrency, c.invoiceissuername, c.providername, c.publishername,
                                            c.serviceprovidername, c.servicename, c.billingperiodstart, c.billingperiodend) = 0),
    ('the charge period is empty', c.chargeperiodstart < c.chargeperiodend),
    ('ChargeCategory', c.chargecategory IN ('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment')),
    ('ChargeClass', coalesce(c.chargeclass, 'Correction') = 'Correction'),
    ('ChargeFrequency', c.chargefrequency IN ('One-Time', 'Recurring', 'Usage-Based') AND NOT (c.chargecategory = 'Purchase' AND c.chargefrequency = 'Usage-Based')),
    ('ServiceSubcategory', c.servicesubcategory = 'Other (' || c.servicecategory || ')' OR c.servicesubcategory NOT LIKE 'Other (%'),
    ('tax with a quantity, SKU or price', c.chargecategory <> 'Tax' OR num_nonnulls(c.pricingquantity, c.consumedquantity, c.skuid, c.listunitprice, c.pricingcategory) = 0),
    ('a quantity of what was not used', c.consumedquantity IS NULL OR c.chargecategory = 'Usage'),
    ('a quantity without unit, or a unit without quantity', (c.pricingquantity IS NULL) = (c.pricingunit IS NULL) AND (c.consumedquantity IS NULL) = (c.consumedunit IS NULL)),
    ('a sub-account without name or type', (c.subaccountid IS NULL) = (c.subaccountname IS NULL) AND (c.subaccountid IS NULL) = (c.subaccounttype IS NULL)),
    ('a SKU without meter', (c.skuid IS NULL) = (c.skumeter IS NULL)),
    ('billed by another party and not 0', c.providername = c.invoiceissuername OR c.billedcost = 0)
) AS k(broken, holds)
WHERE focus.reported(f.attributes) IS NULL AND k.holds IS NOT TRUE

-- rule: analysts see each line once
SELECT format('%s lines in the star, %s in mart.charge', f.lines, m.lines)
FROM (SELECT count(*) AS lines FROM wh.fact_charge) AS f, (SELECT count(*) AS lines FROM mart.charge) AS m
WHERE f.lines <> m.lines

-- rule: no temporary table is left
SELECT oid::regclass::text FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'

-- rule: no slice stands on control totals that differ, unless a person accepted them
SELECT format('slice %s of stream %s %s: %s', x.slice_start, x.stream_id, x.scope_key, r.check_name)
FROM etl.slice x
JOIN etl.reconciliation r ON r.stream_id = x.stream_id AND r.scope_key = x.scope_key AND r.slice_start = x.slice_start AND r.run_id = x.last_run_id
WHERE r.status <> 'ok' AND x.failed_run_id IS DISTINCT FROM r.run_id
  AND NOT EXISTS (SELECT FROM etl.acceptance a
                  WHERE a.run_id = r.run_id AND a.stream_id = r.stream_id AND a.scope_key = r.scope_key AND a.slice_start = r.slice_start
                    AND a.kind = 'mismatch')

-- rule: what a held read would have removed is known while it is held
SELECT format('slice %s of stream %s %s', slice_start, stream_id, scope_key) FROM etl.slice WHERE (held_run_id IS NULL) <> (held_lines IS NULL)
