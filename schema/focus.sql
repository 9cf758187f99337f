-- FOCUS datasets (https://focus.finops.org): one view a version of the specification, in two spellings. `billhouse migrate` runs
-- this file again whenever it differs from what it ran last.

-- A view of its own, not a WITH clause: one that is used twice is materialised, and no filter would reach the partitions.
CREATE OR REPLACE VIEW focus.line AS
SELECT f.*, s.service_provider_name, s.host_provider_name, s.invoice_issuer_name, s.publisher_name, s.source_code, s.billing_timezone,
       ba.billing_account_id, ba.billing_account_name, ba.billing_account_type,
       CASE WHEN f.sub_account_key > 0 THEN sa.sub_account_id END AS sub_account_id,
       CASE WHEN f.sub_account_key > 0 THEN sv.sub_account_name END AS sub_account_name,
       CASE WHEN f.sub_account_key > 0 THEN sa.sub_account_type END AS sub_account_type,
       v.service_name, v.service_category, v.service_subcategory,
       CASE WHEN f.sku_key > 0 THEN k.sku_code END AS sku_code, coalesce(k.meter_name, kv.sku_name, k.sku_code) AS sku_meter, kv.sku_name,
       k.pricing_unit, k.consumed_unit,
       t.charge_category, nullif(t.charge_class, '') AS charge_class, t.charge_frequency, t.pricing_category, t.third_party_billed
FROM wh.fact_charge f
LEFT JOIN wh.dim_source s ON s.source_key = f.source_key
LEFT JOIN wh.dim_billing_account ba ON ba.billing_account_key = f.billing_account_key
LEFT JOIN wh.dim_sub_account sa ON sa.sub_account_key = f.sub_account_key
LEFT JOIN wh.dim_sub_account_version sv ON sv.sub_account_version_key = f.sub_account_version_key
LEFT JOIN wh.dim_service v ON v.service_key = f.service_key
LEFT JOIN wh.dim_sku k ON k.sku_key = f.sku_key
LEFT JOIN wh.dim_sku_version kv ON kv.sku_version_key = f.sku_version_key
LEFT JOIN wh.dim_charge_type t ON t.charge_type_key = f.charge_type_key;
COMMENT ON VIEW focus.line IS 'Internal: the star with names, before tax is put on rows of its own.';

CREATE OR REPLACE VIEW focus.charge AS
SELECT CASE WHEN third_party_billed THEN 0 ELSE billed_cost END AS billedcost,
       billing_account_id AS billingaccountid, billing_account_name AS billingaccountname, currency_code AS billingcurrency,
       billing_period_end::timestamp AT TIME ZONE billing_timezone AS billingperiodend,
       billing_period_start::timestamp AT TIME ZONE billing_timezone AS billingperiodstart,
       charge_category AS chargecategory, charge_class AS chargeclass, coalesce(sku_name, sku_code) AS chargedescription,
       charge_frequency AS chargefrequency, charge_period_end AS chargeperiodend, charge_period_start AS chargeperiodstart,
       CASE WHEN charge_category = 'Usage' THEN quantity END AS consumedquantity,
       CASE WHEN charge_category = 'Usage' AND quantity IS NOT NULL THEN consumed_unit END AS consumedunit,
       billed_cost AS contractedcost, billed_cost AS effectivecost, coalesce(host_provider_name, service_provider_name) AS hostprovidername,
       invoice_issuer_name AS invoiceissuername, list_cost AS listcost, pricing_category AS pricingcategory,
       CASE WHEN charge_category = 'Purchase' THEN coalesce(quantity, 1) ELSE quantity END AS pricingquantity,
       CASE WHEN charge_category = 'Purchase' OR quantity IS NOT NULL THEN pricing_unit END AS pricingunit,
       service_provider_name AS providername, publisher_name AS publishername, service_category AS servicecategory, service_name AS servicename,
       service_provider_name AS serviceprovidername, service_subcategory AS servicesubcategory,
       sku_code AS skuid, CASE WHEN sku_code IS NOT NULL THEN sku_meter END AS skumeter,
       sub_account_id AS subaccountid, sub_account_name AS subaccountname, sub_account_type AS subaccounttype,
       charge_key::text AS x_chargekey, charge_date AS x_chargedate, source_code AS x_sourcename, nullif(document_id, '') AS x_documentid,
       unit_price AS x_listunitprice, total_amount AS x_totalamount, coupon_amount AS x_couponamount, changed_at AS x_ingestiontime,
       version AS x_version, last_run_id AS x_runid
FROM focus.line
UNION ALL
SELECT CASE WHEN third_party_billed THEN 0 ELSE tax_amount END,
       billing_account_id, billing_account_name, currency_code,
       billing_period_end::timestamp AT TIME ZONE billing_timezone,
       billing_period_start::timestamp AT TIME ZONE billing_timezone,
       'Tax', charge_class, 'Tax on ' || coalesce(sku_name, sku_code, service_name),
       charge_frequency, charge_period_end, charge_period_start,
       NULL, NULL,
       tax_amount, tax_amount, coalesce(host_provider_name, service_provider_name),
       invoice_issuer_name, CASE WHEN tax_rate IS NULL THEN tax_amount ELSE list_cost * tax_rate / 100 END, NULL,
       NULL, NULL,
       service_provider_name, publisher_name, service_category, service_name,
       service_provider_name, service_subcategory,
       NULL, NULL,
       sub_account_id, sub_account_name, sub_account_type,
       charge_key::text || '/tax', charge_date, source_code, nullif(document_id, ''),
       NULL, NULL, NULL, changed_at,
       version, last_run_id
FROM focus.line
WHERE tax_amount <> 0;
COMMENT ON VIEW focus.charge IS 'All FOCUS columns that every vendor can fill, of all versions; tax stands on rows of its own, as FOCUS wants it. Columns that some row could not fill truthfully (ListUnitPrice, InvoiceId, ...) are left out, as FOCUS allows. Use the cost_and_usage views.';

CREATE OR REPLACE VIEW focus.column_spec AS
SELECT v.version AS focus_version, c.column_id, c.feature_level, c.allows_null, c.data_type,
       row_number() OVER (PARTITION BY v.version ORDER BY c.column_id COLLATE "C") AS ordinal, c.meaning
FROM (VALUES ('1.0', 10), ('1.2', 12), ('1.3', 13), ('1.4', 14)) AS v(version, number)
JOIN (VALUES
    ('BilledCost', 'Mandatory', false, 'Decimal', 10, 99, 'Payable to the invoice issuer, without tax; 0 where a third party bills it.'),
    ('BillingAccountId', 'Mandatory', false, 'String', 10, 99, 'Who pays.'),
    ('BillingAccountName', 'Mandatory', true, 'String', 10, 99, 'Name of who pays.'),
    ('BillingCurrency', 'Mandatory', false, 'String', 10, 99, 'Currency of every cost of the row.'),
    ('BillingPeriodEnd', 'Mandatory', false, 'Date/Time', 10, 99, 'End of the invoice period, exclusive.'),
    ('BillingPeriodStart', 'Mandatory', false, 'Date/Time', 10, 99, 'Start of the invoice period. A filter on it alone reads every partition: add ChargePeriodStart.'),
    ('ChargeCategory', 'Mandatory', false, 'String', 10, 99, 'Usage, Purchase, Tax, Credit or Adjustment.'),
    ('ChargeClass', 'Mandatory', true, 'String', 10, 99, 'Correction, or NULL.'),
    ('ChargeDescription', 'Mandatory', true, 'String', 10, 99, 'Description as billed.'),
    ('ChargeFrequency', 'Recommended', false, 'String', 10, 99, 'One-Time, Recurring or Usage-Based.'),
    ('ChargePeriodEnd', 'Mandatory', false, 'Date/Time', 10, 99, 'End of the charge period, exclusive.'),
    ('ChargePeriodStart', 'Mandatory', false, 'Date/Time', 10, 99, 'Start of the charge period. Filter on it: partitions are pruned.'),
    ('ConsumedQuantity', 'Conditional', true, 'Decimal', 10, 99, 'Quantity used; NULL for purchases and tax.'),
    ('ConsumedUnit', 'Conditional', true, 'String', 10, 99, 'Its unit.'),
    ('ContractedCost', 'Mandatory', false, 'Decimal', 10, 99, 'Cost at the contracted price.'),
    ('EffectiveCost', 'Mandatory', false, 'Decimal', 10, 99, 'Cost after discounts; prepaid plans keep it on the purchase row.'),
    ('HostProviderName', 'Mandatory', true, 'String', 13, 99, 'Whose platform the service runs on.'),
    ('InvoiceIssuerName', 'Mandatory', false, 'String', 10, 99, 'Who sends the invoice.'),
    ('ListCost', 'Mandatory', false, 'Decimal', 10, 99, 'Cost before discounts.'),
    ('PricingCategory', 'Conditional', true, 'String', 10, 99, 'Standard, Dynamic, Committed or Other; NULL for tax.'),
    ('PricingQuantity', 'Mandatory', true, 'Decimal', 10, 99, 'Quantity priced; 1 for a purchase without one; NULL for tax.'),
    ('PricingUnit', 'Mandatory', true, 'String', 10, 99, 'Its unit.'),
    ('ProviderName', 'Mandatory', false, 'String', 10, 13, 'Who provides the service.'),
    ('PublisherName', 'Mandatory', false, 'String', 10, 13, 'Who made the service.'),
    ('ServiceCategory', 'Mandatory', false, 'String', 10, 99, 'FOCUS category of the service.'),
    ('ServiceName', 'Mandatory', false, 'String', 10, 99, 'Name of the service.'),
    ('ServiceProviderName', 'Mandatory', false, 'String', 13, 99, 'Who provides the service.'),
    ('ServiceSubcategory', 'Recommended', false, 'String', 12, 99, 'FOCUS subcategory of the service.'),
    ('SkuId', 'Conditional', true, 'String', 10, 99, 'The vendor''s code of the metered item.'),
    ('SkuMeter', 'Conditional', true, 'String', 12, 99, 'What is measured.'),
    ('SubAccountId', 'Conditional', true, 'String', 10, 99, 'Unit below the payer.'),
    ('SubAccountName', 'Conditional', true, 'String', 10, 99, 'Its name as billed.'),
    ('SubAccountType', 'Conditional', true, 'String', 12, 99, 'The vendor''s word for it.')
) AS c(column_id, feature_level, allows_null, data_type, since, until, meaning) ON v.number BETWEEN c.since AND c.until;
COMMENT ON VIEW focus.column_spec IS 'Columns of each published dataset and what the specification says of them. The cost_and_usage views are made from it.';
COMMENT ON COLUMN focus.column_spec.focus_version IS 'Version of the specification.';
COMMENT ON COLUMN focus.column_spec.column_id IS 'FOCUS column id.';
COMMENT ON COLUMN focus.column_spec.feature_level IS 'Mandatory, Recommended or Conditional.';
COMMENT ON COLUMN focus.column_spec.allows_null IS 'Whether the specification allows NULL.';
COMMENT ON COLUMN focus.column_spec.data_type IS 'FOCUS data type.';
COMMENT ON COLUMN focus.column_spec.ordinal IS 'Place in the dataset.';
COMMENT ON COLUMN focus.column_spec.meaning IS 'What the column holds here.';

-- FOCUS forbids editing a closed period: the change belongs to the open period in which it was found.
CREATE OR REPLACE VIEW focus.closed_period_correction AS
SELECT c.d_billed_cost AS billedcost, c.d_list_cost AS listcost, c.d_billed_cost AS contractedcost, c.d_billed_cost AS effectivecost,
       c.d_quantity AS pricingquantity, 'Correction' AS chargeclass, t.charge_category AS chargecategory, c.currency_code AS billingcurrency,
       ba.billing_account_id AS billingaccountid,
       date_trunc('month', c.recorded_at AT TIME ZONE s.billing_timezone) AT TIME ZONE s.billing_timezone AS billingperiodstart,
       c.charge_date AS x_chargedate, c.op AS x_op, c.recorded_at AS x_recordedat, c.charge_key::text AS x_chargekey
FROM wh.fact_charge_change c
JOIN wh.dim_source s USING (source_key)
JOIN wh.dim_billing_account ba USING (billing_account_key)
JOIN wh.dim_charge_type t USING (charge_type_key)
WHERE c.period_was_closed AND c.op <> 'relabel';
COMMENT ON VIEW focus.closed_period_correction IS 'Changes of invoice periods that were closed (wh.billing_period), as FOCUS corrections. With mart.charge_as_of(closing time, ...) they make an append-style dataset; the cost_and_usage views are overwrite-style.';
COMMENT ON COLUMN focus.closed_period_correction.chargeclass IS 'Always Correction.';
COMMENT ON COLUMN focus.closed_period_correction.billingperiodstart IS 'Month in which the change was found: the invoice period that it belongs to.';
COMMENT ON COLUMN focus.closed_period_correction.x_op IS 'late, restate, vanish or reappear (wh.fact_charge_change.op).';
COMMENT ON COLUMN focus.closed_period_correction.x_recordedat IS 'When the change was loaded.';

-- Two views a version: cost_and_usage_v1_2 with lower-case names, on which unquoted FOCUS queries run as published, and
-- "CostAndUsage_1_2" with exact column ids, for exports and validators.
DO $$
DECLARE
    spec record;
    part record;
    extra constant text[] := ARRAY['ChargeKey', 'ChargeDate', 'SourceName', 'DocumentId', 'ListUnitPrice', 'TotalAmount', 'CouponAmount', 'IngestionTime', 'Version', 'RunId'];
BEGIN
    FOR spec IN
        SELECT focus_version, replace(focus_version, '.', '_') AS suffix,
               string_agg(lower(column_id), ', ' ORDER BY ordinal) AS folded,
               string_agg(format('%s AS %I', lower(column_id), column_id), ', ' ORDER BY ordinal) AS exact
        FROM focus.column_spec GROUP BY focus_version
    LOOP
        EXECUTE format('CREATE OR REPLACE VIEW focus.%I AS SELECT %s, %s FROM focus.charge', 'cost_and_usage_v' || spec.suffix, spec.folded,
                       (SELECT string_agg('x_' || lower(x), ', ' ORDER BY o) FROM unnest(extra) WITH ORDINALITY AS e(x, o)));
        EXECUTE format('CREATE OR REPLACE VIEW focus.%I AS SELECT %s, %s FROM focus.charge', 'CostAndUsage_' || spec.suffix, spec.exact,
                       (SELECT string_agg(format('x_%s AS %I', lower(x), 'x_' || x), ', ' ORDER BY o) FROM unnest(extra) WITH ORDINALITY AS e(x, o)));
        EXECUTE format('COMMENT ON VIEW focus.%I IS %L', 'cost_and_usage_v' || spec.suffix,
                       'FOCUS ' || spec.focus_version || ' Cost and Usage, overwrite-style, lower-case column names. Filter on ChargePeriodStart or x_ChargeDate.');
        EXECUTE format('COMMENT ON VIEW focus.%I IS %L', 'CostAndUsage_' || spec.suffix,
                       'FOCUS ' || spec.focus_version || ' Cost and Usage, overwrite-style, with the exact column ids: for exports and validators.');
    END LOOP;

    FOR part IN
        WITH meaning(name, words, place) AS (
            SELECT DISTINCT ON (lower(column_id)) lower(column_id), meaning, 1 FROM focus.column_spec
            UNION ALL VALUES
                ('x_chargekey', 'The line in wh.fact_charge; a tax row has "/tax" behind it.', 1), ('x_chargedate', 'charge_date of the line: filter on it, partitions are pruned.', 1),
                ('x_sourcename', 'Vendor connection (wh.dim_source.source_code).', 1), ('x_documentid', 'The vendor''s billing document.', 1),
                ('x_listunitprice', 'Unit price as reported.', 1), ('x_totalamount', 'Payable with tax, as the vendor states it; NULL on tax rows, so that it may be summed.', 1),
                ('x_couponamount', 'Part of the payable settled by coupons.', 1), ('x_ingestiontime', 'When the line changed last.', 1),
                ('x_version', 'Version of the line, +1 at each restatement.', 1), ('x_runid', 'Run that changed the line last.', 1),
                ('sku_meter', 'What is measured.', 1)
            UNION ALL
            SELECT a.attname, col_description(a.attrelid, a.attnum), t.place
            FROM unnest(ARRAY['wh.fact_charge', 'wh.dim_source', 'wh.dim_billing_account', 'wh.dim_sub_account', 'wh.dim_service', 'wh.dim_sku',
                              'wh.dim_charge_type']::regclass[]) WITH ORDINALITY AS t(name, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = t.name AND a.attnum > 0)
        SELECT DISTINCT ON (c.oid, a.attnum) c.oid::regclass AS view, a.attname, m.words
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        JOIN meaning m ON m.name = lower(a.attname)
        WHERE c.relnamespace = 'focus'::regnamespace AND c.relname <> 'column_spec' AND (c.relname <> 'closed_period_correction' OR col_description(c.oid, a.attnum) IS NULL)
        ORDER BY c.oid, a.attnum, m.place
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', part.view, part.attname, part.words);
    END LOOP;
END $$;
