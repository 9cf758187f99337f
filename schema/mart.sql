-- Views for analysts. `billhouse migrate` runs this file again whenever it differs from what it ran last.

CREATE OR REPLACE VIEW mart.charge AS
SELECT l.charge_date, l.year_month, l.source_code, l.service_provider_name AS provider,
       l.billing_account_id, l.billing_account_name, l.sub_account_type, l.sub_account_id,
       l.sub_account_name, l.sub_account_name_reported,
       l.service_name, l.service_category, l.sku_code, l.sku_name, l.sku_name_reported, l.pricing_unit,
       l.charge_category, l.charge_frequency, l.billing_cycle, l.commodity_category, l.billing_method, l.line_kind,
       l.currency_code, l.charge_period_start, l.charge_period_end, l.billing_period_start, l.billing_period_end,
       l.document_id, l.line_no, l.quantity, l.pricing_block, l.unit_price, l.list_cost, l.discount_amount, l.billed_cost,
       l.tax_rate, l.tax_amount, l.total_amount, l.deduction_amount, l.coupon_amount, l.stored_value_amount, l.cash_amount,
       l.marketplace_amount, l.unpaid_amount, l.attributes, m.cost_center, m.owner,
       l.version, l.loaded_at, l.changed_at, l.charge_key, l.first_run_id, l.last_run_id, l.page_id, l.record_path,
       l.source_key, l.billing_account_key, l.sub_account_key, l.service_key, l.sku_key, l.charge_type_key,
       l.vendor_code, l.service_subcategory, l.meter_name, l.consumed_unit, l.charge_class, l.pricing_category, l.third_party_billed
FROM wh.charge_line l
LEFT JOIN wh.map_cost_center m ON m.sub_account_key = l.sub_account_key AND l.charge_date >= m.valid_from AND l.charge_date < m.valid_to;
COMMENT ON VIEW mart.charge IS 'The star, flattened: one row a bill line, with names. Start here. Filter on charge_date, which prunes partitions; always group by currency_code.';

CREATE OR REPLACE VIEW mart.month_by_sub_account AS
SELECT date_trunc('month', l.charge_date::timestamp)::date AS month, l.source_code, l.sub_account_type, l.sub_account_id, l.sub_account_name,
       l.currency_code, count(*) AS line_count, sum(l.list_cost) AS list_cost, sum(l.discount_amount) AS discount_amount,
       sum(l.billed_cost) AS billed_cost, sum(l.tax_amount) AS tax_amount, sum(l.total_amount) AS total_amount
FROM wh.charge_line l
GROUP BY 1, 2, 3, 4, 5, 6;
COMMENT ON VIEW mart.month_by_sub_account IS 'Cost by month and sub-account (workspace, app, ...), one row a currency. A line counts in the month of its charge_date.';

CREATE OR REPLACE VIEW mart.month_by_product AS
SELECT p.*, rank() OVER (PARTITION BY p.month, p.source_code, p.currency_code ORDER BY p.billed_cost DESC) AS rank_in_month,
       round(100 * p.billed_cost / nullif(sum(p.billed_cost) OVER (PARTITION BY p.month, p.source_code, p.currency_code), 0), 1) AS percent_of_month
FROM (SELECT date_trunc('month', l.charge_date::timestamp)::date AS month, l.source_code, l.service_name, l.sku_code, l.sku_name, l.pricing_unit,
             l.currency_code, count(*) AS line_count, sum(l.quantity) AS quantity, sum(l.list_cost) AS list_cost,
             sum(l.discount_amount) AS discount_amount, sum(l.billed_cost) AS billed_cost, sum(l.tax_amount) AS tax_amount, sum(l.total_amount) AS total_amount
      FROM wh.charge_line l
      GROUP BY 1, 2, 3, 4, 5, 6, 7) AS p;
COMMENT ON VIEW mart.month_by_product IS 'Cost by month and product, ranked within month, source and currency: rank_in_month <= 10 gives the top ten.';

CREATE OR REPLACE VIEW mart.charge_daily AS
SELECT g.usage_date, f.charge_date, f.source_key, f.billing_account_key, f.sub_account_key, f.service_key, f.sku_key, f.charge_type_key,
       f.currency_code, f.charge_key, p.days AS days_in_period,
       CASE WHEN g.i < p.days THEN trunc(f.list_cost / p.days, 8) ELSE f.list_cost - (p.days - 1) * trunc(f.list_cost / p.days, 8) END AS list_cost,
       CASE WHEN g.i < p.days THEN trunc(f.billed_cost / p.days, 8) ELSE f.billed_cost - (p.days - 1) * trunc(f.billed_cost / p.days, 8) END AS billed_cost,
       CASE WHEN g.i < p.days THEN trunc(f.total_amount / p.days, 8) ELSE f.total_amount - (p.days - 1) * trunc(f.total_amount / p.days, 8) END AS total_amount
FROM wh.fact_charge f
JOIN wh.dim_source s ON s.source_key = f.source_key
-- A period that ends within a day counts that day: 00:00 to 00:00 is one day, and so is 10:00 to 11:00.
CROSS JOIN LATERAL (SELECT (f.charge_period_start AT TIME ZONE s.billing_timezone)::date AS first_day,
                           ((f.charge_period_end - interval '1 microsecond') AT TIME ZONE s.billing_timezone)::date
                               - (f.charge_period_start AT TIME ZONE s.billing_timezone)::date + 1 AS days) AS p
CROSS JOIN LATERAL (SELECT p.first_day + i - 1 AS usage_date, i FROM generate_series(1, p.days) AS i) AS g;
COMMENT ON VIEW mart.charge_daily IS 'Every charge spread evenly over the days of its charge period, so that daily and monthly bills compare. The last day takes the remainder: the sum of a charge is exact.';

CREATE OR REPLACE VIEW mart.document AS
SELECT s.source_code, d.document_id, d.period_start, d.period_end, ba.billing_account_id, ba.billing_account_name, sa.sub_account_type,
       sa.sub_account_id, sa.sub_account_name, d.currency_code, d.price, d.discount, d.amount, d.usage_percent, d.limit_status, d.line_count,
       d.vendor_created_at, d.vendor_updated_at, d.attributes, d.changed_at, d.last_run_id, d.page_id
FROM wh.fact_document d
LEFT JOIN wh.dim_source s ON s.source_key = d.source_key
LEFT JOIN wh.dim_billing_account ba ON ba.billing_account_key = d.billing_account_key
LEFT JOIN wh.dim_sub_account sa ON sa.sub_account_key = d.sub_account_key;
COMMENT ON VIEW mart.document IS 'Billing documents (headers) with names: one row an Ocamba usage document or an invoice. Its lines are the rows of mart.charge with the same source_code and document_id; never add amounts of the two.';

CREATE OR REPLACE VIEW mart.restatement AS
SELECT c.recorded_at, c.run_id, c.op, c.charge_date, s.source_code, sa.sub_account_name, v.service_name, k.sku_code, k.sku_name,
       c.currency_code, c.d_quantity, c.d_list_cost, c.d_billed_cost, c.d_tax_amount, c.d_total_amount, c.period_was_closed,
       c.changed, c.version, c.charge_key
FROM wh.fact_charge_change c
LEFT JOIN wh.dim_source s ON s.source_key = c.source_key
LEFT JOIN wh.dim_sub_account sa ON sa.sub_account_key = c.sub_account_key
LEFT JOIN wh.dim_service v ON v.service_key = c.service_key
LEFT JOIN wh.dim_sku k ON k.sku_key = c.sku_key
WHERE c.op <> 'relabel';
COMMENT ON VIEW mart.restatement IS 'What a vendor changed after it was first loaded, with names. The d_ columns add up within a currency.';

-- Presence of a line at p_as_of: 1 where it is live, +1 for each vanish undone, -1 for each reappearance undone: 0 or 1. Amounts
-- of an absent line cancel out exactly, so one grouping by members is enough.
CREATE OR REPLACE FUNCTION mart.charge_as_of(p_as_of timestamptz, p_from date, p_to date)
RETURNS TABLE (charge_date date, source_key bigint, billing_account_key bigint, sub_account_key bigint, service_key bigint, sku_key bigint,
               currency_code text, line_count bigint, list_cost numeric, billed_cost numeric, tax_amount numeric, total_amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT x.charge_date, x.source_key, x.billing_account_key, x.sub_account_key, x.service_key, x.sku_key, x.currency_code,
           sum(x.presence), sum(x.list_cost), sum(x.billed_cost), sum(x.tax_amount), sum(x.total_amount)
    FROM (SELECT f.charge_date, f.source_key, f.billing_account_key, f.sub_account_key, f.service_key, f.sku_key, f.currency_code,
                 1 AS presence, f.list_cost, f.billed_cost, f.tax_amount, f.total_amount
          FROM wh.fact_charge f
          WHERE f.charge_date >= p_from AND f.charge_date < p_to AND f.loaded_at <= p_as_of
          UNION ALL
          SELECT c.charge_date, c.source_key, c.billing_account_key, c.sub_account_key, c.service_key, c.sku_key, c.currency_code,
                 CASE c.op WHEN 'vanish' THEN 1 WHEN 'reappear' THEN -1 ELSE 0 END, -c.d_list_cost, -c.d_billed_cost, -c.d_tax_amount, -c.d_total_amount
          FROM wh.fact_charge_change c
          WHERE c.charge_date >= p_from AND c.charge_date < p_to AND c.recorded_at > p_as_of AND c.line_loaded_at <= p_as_of) AS x
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(x.presence) > 0 $$;
COMMENT ON FUNCTION mart.charge_as_of IS 'The bill for charge dates in [p_from, p_to) as it was known at p_as_of, by day and members: what was reported to finance at month end. Names may be joined from wh.dim_*.';

-- A first sight is not journalled, so it is computed: what the line is worth now, less what the journal changed of it since. A late
-- line is in both and so cancels out: it shows under its own op alone.
CREATE OR REPLACE FUNCTION mart.charge_changes_since(p_since timestamptz, p_from date, p_to date)
RETURNS TABLE (charge_date date, source_key bigint, billing_account_key bigint, sub_account_key bigint, service_key bigint, sku_key bigint,
               currency_code text, op text, line_count bigint, d_list_cost numeric, d_billed_cost numeric, d_tax_amount numeric,
               d_total_amount numeric)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT x.charge_date, x.source_key, x.billing_account_key, x.sub_account_key, x.service_key, x.sku_key, x.currency_code, x.op,
           sum(x.lines), sum(x.list_cost), sum(x.billed_cost), sum(x.tax_amount), sum(x.total_amount)
    FROM (SELECT c.charge_date, c.source_key, c.billing_account_key, c.sub_account_key, c.service_key, c.sku_key, c.currency_code, c.op,
                 1 AS lines, c.d_list_cost AS list_cost, c.d_billed_cost AS billed_cost, c.d_tax_amount AS tax_amount,
                 c.d_total_amount AS total_amount
          FROM wh.fact_charge_change c
          WHERE c.charge_date >= p_from AND c.charge_date < p_to AND c.recorded_at > p_since
          UNION ALL
          SELECT f.charge_date, f.source_key, f.billing_account_key, f.sub_account_key, f.service_key, f.sku_key, f.currency_code, 'insert',
                 1, f.list_cost, f.billed_cost, f.tax_amount, f.total_amount
          FROM wh.fact_charge f
          WHERE f.charge_date >= p_from AND f.charge_date < p_to AND f.loaded_at > p_since
          UNION ALL
          SELECT c.charge_date, c.source_key, c.billing_account_key, c.sub_account_key, c.service_key, c.sku_key, c.currency_code, 'insert',
                 CASE c.op WHEN 'vanish' THEN 1 WHEN 'reappear' THEN -1 WHEN 'late' THEN -1 ELSE 0 END,
                 -c.d_list_cost, -c.d_billed_cost, -c.d_tax_amount, -c.d_total_amount
          FROM wh.fact_charge_change c
          WHERE c.charge_date >= p_from AND c.charge_date < p_to AND c.recorded_at > p_since AND c.line_loaded_at > p_since) AS x
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    HAVING sum(x.lines) > 0 $$;
COMMENT ON FUNCTION mart.charge_changes_since IS 'What was loaded or changed after p_since of charge dates in [p_from, p_to), by day, members and op: insert = first sight, with the amounts it came with; late, restate, relabel, vanish, reappear as in wh.fact_charge_change. line_count counts changes. The d_ columns are changes of the amounts and add up within a currency: the bill now = mart.charge_as_of(p_since, ...) plus their sum.';

CREATE OR REPLACE VIEW mart.slice_gap AS
WITH scope AS (
    SELECT stream_id, scope_key FROM etl.watermark UNION SELECT stream_id, scope_key FROM etl.slice
    UNION SELECT st.stream_id, '' FROM etl.stream st WHERE NOT EXISTS (SELECT FROM etl.watermark w WHERE w.stream_id = st.stream_id)
), due AS (
    SELECT p.stream_id, p.scope_key, st.stream_code, s.source_code, st.earliest, (now() AT TIME ZONE s.billing_timezone)::date + 1 - st.lag_days AS due_to
    FROM scope p JOIN etl.stream st USING (stream_id) JOIN wh.dim_source s USING (source_key)
), tried AS ( -- the day before `earliest` stands in as a slice, so that a missing beginning is a gap like any other
    SELECT stream_id, scope_key, earliest - 1 AS slice_start, earliest AS slice_end FROM due
    UNION ALL SELECT stream_id, scope_key, slice_start, slice_end FROM etl.slice
), hole AS (
    SELECT stream_id, scope_key, max(slice_end) OVER (series ROWS UNBOUNDED PRECEDING) AS gap_from, lead(slice_start) OVER series AS next_start
    FROM tried WINDOW series AS (PARTITION BY stream_id, scope_key ORDER BY slice_start, slice_end)
)
SELECT d.stream_code, d.scope_key, h.gap_from, coalesce(h.next_start, d.due_to) AS gap_to, 'missing' AS kind, false AS is_loaded, NULL::text AS problem,
       d.source_code
FROM hole h JOIN due d USING (stream_id, scope_key)
WHERE h.gap_from >= d.earliest AND h.gap_from < coalesce(h.next_start, d.due_to)
UNION ALL
SELECT d.stream_code, x.scope_key, x.slice_start, x.slice_end, CASE WHEN x.held_run_id IS NOT NULL THEN 'held' ELSE 'failed' END,
       x.first_complete_at IS NOT NULL, x.problem, d.source_code
FROM etl.slice x JOIN due d USING (stream_id, scope_key)
WHERE x.held_run_id IS NOT NULL OR x.failed_run_id IS NOT NULL;
COMMENT ON VIEW mart.slice_gap IS 'What the star lacks or cannot vouch for: days never read (missing), and slices whose last read failed or is held for a person. A day on which the vendor bills nothing is no gap.';

-- As mart.charge_as_of, with a moment of its own for each month.
CREATE OR REPLACE FUNCTION mart.month_end(p_from date, p_to date, p_days_after integer DEFAULT 5)
RETURNS TABLE (month date, source_code text, currency_code text, booked_at timestamptz, billed_cost_booked numeric, billed_cost_now numeric,
               billed_cost_change numeric, total_amount_booked numeric, total_amount_now numeric, total_amount_change numeric,
               missing_days bigint)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH moment AS (
        SELECT m.month::date AS month, s.source_key, s.source_code,
               (m.month + interval '1 month' + make_interval(days => p_days_after)) AT TIME ZONE s.billing_timezone AS booked_at
        FROM generate_series(date_trunc('month', p_from::timestamp), p_to::timestamp - interval '1 day', interval '1 month') AS m(month)
        CROSS JOIN wh.dim_source s
    ), amount AS (
        SELECT date_trunc('month', f.charge_date::timestamp)::date AS month, f.source_key, f.currency_code, f.loaded_at AS known_from,
               '-infinity'::timestamptz AS undone_from, 0 AS is_undone, f.billed_cost, f.total_amount
        FROM wh.fact_charge f
        WHERE f.charge_date >= date_trunc('month', p_from::timestamp)::date AND f.charge_date < (date_trunc('month', p_to::timestamp - interval '1 day') + interval '1 month')::date
        UNION ALL
        SELECT date_trunc('month', c.charge_date::timestamp)::date, c.source_key, c.currency_code, c.line_loaded_at, c.recorded_at, 1,
               c.d_billed_cost, c.d_total_amount
        FROM wh.fact_charge_change c
        WHERE c.charge_date >= date_trunc('month', p_from::timestamp)::date AND c.charge_date < (date_trunc('month', p_to::timestamp - interval '1 day') + interval '1 month')::date
    ), sums AS (
        SELECT m.month, m.source_key, m.source_code, m.booked_at, a.currency_code,
               coalesce(sum(CASE a.is_undone WHEN 0 THEN a.billed_cost ELSE -a.billed_cost END)
                            FILTER (WHERE a.known_from <= m.booked_at AND (a.is_undone = 0 OR a.undone_from > m.booked_at)), 0) AS billed_booked,
               coalesce(sum(a.billed_cost) FILTER (WHERE a.is_undone = 0), 0) AS billed_now,
               coalesce(sum(CASE a.is_undone WHEN 0 THEN a.total_amount ELSE -a.total_amount END)
                            FILTER (WHERE a.known_from <= m.booked_at AND (a.is_undone = 0 OR a.undone_from > m.booked_at)), 0) AS total_booked,
               coalesce(sum(a.total_amount) FILTER (WHERE a.is_undone = 0), 0) AS total_now
        FROM moment m JOIN amount a USING (month, source_key)
        GROUP BY 1, 2, 3, 4, 5
    )
    SELECT s.month, s.source_code, s.currency_code, s.booked_at, s.billed_booked, s.billed_now, s.billed_now - s.billed_booked,
           s.total_booked, s.total_now, s.total_now - s.total_booked,
           (SELECT count(*) FROM generate_series(s.month::timestamp, s.month + interval '1 month - 1 day', interval '1 day') AS d(day)
            WHERE EXISTS (SELECT FROM mart.slice_gap g WHERE g.source_code = s.source_code AND d.day >= g.gap_from AND d.day < g.gap_to))
    FROM sums s $$;
COMMENT ON FUNCTION mart.month_end IS 'Month-end statement of the months that [p_from, p_to) touches, a row a month, source and currency: what the bill said p_days_after days after the month ended (booked_at, in the billing zone), what it says now, and the change that is left to book. Until booked_at has come, booked is what is known now. missing_days: days of the month that are not loaded or cannot be vouched for (mart.slice_gap); 0 = complete so far as it is due.';

CREATE OR REPLACE VIEW mart.completeness AS
SELECT st.stream_code, x.scope_key, x.slice_start, x.slice_end, x.status, x.loaded_rows, x.duplicate_rows, x.quarantined_rows,
       coalesce(q.open_records, 0) AS open_records, q.money_missing, x.billed_total, x.end_proof, x.first_complete_at, x.last_verified_at,
       x.last_changed_at, x.verify_count, x.restate_count, x.problem
FROM etl.slice x
JOIN etl.stream st USING (stream_id)
LEFT JOIN LATERAL (
    SELECT sum(c.records)::bigint AS open_records, jsonb_object_agg(c.currency, c.amount) FILTER (WHERE c.amount IS NOT NULL) AS money_missing
    FROM (SELECT coalesce(r.currency_hint, 'XXX') AS currency, sum(r.occurrences) AS records, sum(r.amount_hint * r.occurrences) AS amount
          FROM etl.quarantine r
          WHERE r.stream_id = x.stream_id AND r.scope_key = x.scope_key AND r.slice_start = x.slice_start AND r.status = 'open'
          GROUP BY 1) AS c) AS q ON true;
COMMENT ON VIEW mart.completeness IS 'Per slice: whether it is complete and on what proof, when it was last verified, how often restated, and what sits in quarantine.';

CREATE OR REPLACE VIEW mart.reconciliation AS
SELECT st.stream_code, r.scope_key, r.slice_start, r.check_name, r.subject, r.currency_code, r.expected, r.actual, r.delta, r.tolerance,
       r.status, r.checked_at, r.run_id, r.run_id = max(r.run_id) OVER (PARTITION BY r.stream_id, r.scope_key, r.slice_start, r.check_name) AS is_latest,
       a.reason AS accepted_because, a.accepted_by
FROM etl.reconciliation r
JOIN etl.stream st USING (stream_id)
LEFT JOIN etl.acceptance a ON a.run_id = r.run_id AND a.stream_id = r.stream_id AND a.scope_key = r.scope_key AND a.slice_start = r.slice_start
                              AND a.kind = 'mismatch';
COMMENT ON VIEW mart.reconciliation IS 'Control totals, expected against actual, by slice, check and currency. A mismatch that nobody accepted was not loaded.';

-- Columns that a view takes over keep the comment of their origin; what a view makes itself is told below.
DO $$
DECLARE
    origin record;
BEGIN
    FOR origin IN
        SELECT DISTINCT ON (v.view, col.attname) v.view, col.attname, col_description(t.oid, src.attnum) AS words
        FROM (VALUES ('mart.charge'::regclass, ARRAY['wh.charge_line', 'wh.map_cost_center']),
                     ('mart.month_by_sub_account', ARRAY['wh.charge_line']),
                     ('mart.month_by_product', ARRAY['wh.charge_line']),
                     ('mart.document', ARRAY['wh.fact_document', 'wh.dim_source', 'wh.dim_billing_account', 'wh.dim_sub_account']),
                     ('mart.charge_daily', ARRAY['wh.fact_charge']),
                     ('mart.restatement', ARRAY['wh.fact_charge_change', 'wh.dim_source', 'wh.dim_sub_account', 'wh.dim_service', 'wh.dim_sku']),
                     ('mart.slice_gap', ARRAY['etl.slice', 'etl.stream', 'wh.dim_source']),
                     ('mart.completeness', ARRAY['etl.slice', 'etl.stream']),
                     ('mart.reconciliation', ARRAY['etl.reconciliation', 'etl.stream', 'etl.acceptance'])) AS v(view, tables)
        CROSS JOIN LATERAL unnest(v.tables) WITH ORDINALITY AS u(name, place)
        JOIN pg_catalog.pg_class t ON t.oid = u.name::regclass
        JOIN pg_catalog.pg_attribute col ON col.attrelid = v.view AND col.attnum > 0
        JOIN pg_catalog.pg_attribute src ON src.attrelid = t.oid AND src.attnum > 0 AND src.attname = col.attname
        ORDER BY v.view, col.attname, u.place
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', origin.view, origin.attname, origin.words);
    END LOOP;
END $$;
COMMENT ON COLUMN mart.charge.cost_center IS 'Cost centre that pays for the sub-account on charge_date (wh.map_cost_center); NULL = none is mapped.';
COMMENT ON COLUMN mart.charge.owner IS 'Who answers for that cost (wh.map_cost_center); NULL = none is mapped.';
COMMENT ON COLUMN mart.charge.provider IS 'Who provides the service.';
COMMENT ON COLUMN mart.month_by_sub_account.month IS 'First day of the month.';
COMMENT ON COLUMN mart.month_by_sub_account.line_count IS 'Bill lines.';
COMMENT ON COLUMN mart.month_by_product.month IS 'First day of the month.';
COMMENT ON COLUMN mart.month_by_product.line_count IS 'Bill lines.';
COMMENT ON COLUMN mart.month_by_product.quantity IS 'Sum of the quantities, in pricing_unit; NULL where none is reported.';
COMMENT ON COLUMN mart.month_by_product.rank_in_month IS 'Place by billed_cost within month, source and currency; 1 = the dearest.';
COMMENT ON COLUMN mart.month_by_product.percent_of_month IS 'Share of the billed cost of that month, source and currency.';
COMMENT ON COLUMN mart.charge_daily.usage_date IS 'Day, in the billing zone, that this share of the charge is for.';
COMMENT ON COLUMN mart.charge_daily.days_in_period IS 'Days over which the charge is spread.';
COMMENT ON COLUMN mart.charge_daily.list_cost IS 'This day''s share of list_cost, in currency_code.';
COMMENT ON COLUMN mart.charge_daily.billed_cost IS 'This day''s share of billed_cost, in currency_code.';
COMMENT ON COLUMN mart.charge_daily.total_amount IS 'This day''s share of total_amount, in currency_code.';
COMMENT ON COLUMN mart.slice_gap.gap_from IS 'First day.';
COMMENT ON COLUMN mart.slice_gap.gap_to IS 'End, exclusive.';
COMMENT ON COLUMN mart.slice_gap.kind IS 'missing = never read; failed = the last read failed; held = the last read looked wrong and waits for a person.';
COMMENT ON COLUMN mart.slice_gap.is_loaded IS 'The star holds these days from an earlier complete read.';
COMMENT ON COLUMN mart.completeness.open_records IS 'Rejected records that wait for a person.';
COMMENT ON COLUMN mart.completeness.money_missing IS 'Their amounts by currency, as far as they could be read: {"CNY": 12.5}.';
COMMENT ON COLUMN mart.reconciliation.is_latest IS 'Whether this is the last comparison of this check and slice.';
COMMENT ON COLUMN mart.reconciliation.accepted_because IS 'Why a person let the slice load although totals differed.';
