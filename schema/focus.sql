-- FOCUS datasets (https://focus.finops.org): one view a version of the specification, in two spellings. `billhouse migrate` runs
-- this file again whenever it differs from what it ran last.

-- Vendors that bill in FOCUS themselves: what no star column maps stays in attributes, under its FOCUS name, and is shown from there.
CREATE OR REPLACE FUNCTION focus.reported(attributes jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN attributes ? 'EffectiveCost' THEN attributes END $$;
COMMENT ON FUNCTION focus.reported IS 'The FOCUS columns that the vendor sent beside those that the star maps; NULL for a line of a vendor that does not bill in FOCUS. EffectiveCost tells the two apart: every FOCUS version requires it, and no star column takes it.';

CREATE OR REPLACE FUNCTION focus.reported_number(reported jsonb, column_id text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN reported ->> column_id ~ '^[+-]?[0-9]{1,60}([.][0-9]{1,60})?([eE][+-]?[0-9]{1,2})?$' THEN (reported ->> column_id)::numeric END $$;
COMMENT ON FUNCTION focus.reported_number IS 'A number among the FOCUS columns that the vendor sent, exactly as sent; NULL where it is missing or no number.';

CREATE OR REPLACE FUNCTION focus.reported_object(reported jsonb, column_id text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT CASE WHEN jsonb_typeof(reported -> column_id) = 'object' THEN reported -> column_id END $$;
COMMENT ON FUNCTION focus.reported_object IS 'A JSON object among the FOCUS columns that the vendor sent; NULL where it is missing or no object.';

-- FOCUS wants tax on a row of its own: a line with tax is two rows here. `vendor` is what the vendor says in FOCUS itself, and then it
-- stands as said: what it leaves empty stays empty. For other vendors the star fills the columns.
CREATE OR REPLACE VIEW focus.charge AS
SELECT CASE WHEN l.third_party_billed THEN 0 WHEN r.is_tax THEN l.tax_amount ELSE l.billed_cost END AS billedcost,
       CASE WHEN r.is_tax THEN l.tax_amount ELSE coalesce(focus.reported_number(r.vendor, 'EffectiveCost'), l.billed_cost) END AS effectivecost,
       CASE WHEN NOT r.is_tax THEN l.list_cost WHEN l.tax_rate IS NULL THEN l.tax_amount ELSE l.list_cost * l.tax_rate / 100 END AS listcost,
       CASE WHEN r.is_tax THEN l.tax_amount WHEN r.vendor IS NULL THEN l.billed_cost ELSE focus.reported_number(r.vendor, 'ContractedCost') END AS contractedcost,
       l.currency_code AS billingcurrency,
       -- who pays, and to whom
       l.billing_account_id AS billingaccountid, coalesce(r.vendor ->> 'BillingAccountName', l.billing_account_name) AS billingaccountname,
       coalesce(r.vendor ->> 'BillingAccountType', l.billing_account_type) AS billingaccounttype,
       CASE WHEN l.sub_account_key > 0 THEN l.sub_account_id END AS subaccountid,
       CASE WHEN l.sub_account_key > 0 THEN coalesce(l.sub_account_name_reported, l.sub_account_name, l.sub_account_id) END AS subaccountname,
       CASE WHEN l.sub_account_key > 0 THEN coalesce(r.vendor ->> 'SubAccountType', l.sub_account_type) END AS subaccounttype,
       coalesce(r.vendor ->> 'InvoiceIssuerName', l.invoice_issuer_name) AS invoiceissuername,
       coalesce(r.vendor ->> 'ProviderName', r.vendor ->> 'ServiceProviderName', l.service_provider_name) AS providername,
       coalesce(r.vendor ->> 'PublisherName', l.publisher_name) AS publishername,
       coalesce(r.vendor ->> 'ServiceProviderName', r.vendor ->> 'ProviderName', l.service_provider_name) AS serviceprovidername,
       coalesce(r.vendor ->> 'HostProviderName', l.host_provider_name, l.service_provider_name) AS hostprovidername,
       -- when
       l.billing_period_start::timestamp AT TIME ZONE l.billing_timezone AS billingperiodstart,
       l.billing_period_end::timestamp AT TIME ZONE l.billing_timezone AS billingperiodend,
       l.charge_period_start AS chargeperiodstart, l.charge_period_end AS chargeperiodend,
       -- what kind of charge
       CASE WHEN r.is_tax THEN 'Tax' ELSE l.charge_category END AS chargecategory, coalesce(r.vendor ->> 'ChargeClass', nullif(l.charge_class, '')) AS chargeclass,
       CASE WHEN r.is_tax THEN 'Tax on ' || coalesce(l.sku_name_reported, l.sku_code, l.service_name)
            ELSE coalesce(r.vendor ->> 'ChargeDescription', l.sku_name_reported, CASE WHEN l.sku_key > 0 THEN l.sku_code END,
                          CASE WHEN l.line_kind <> 'item' THEN 'Of document ' || l.document_id || ', on no line of its own' END) END AS chargedescription,
       l.charge_frequency AS chargefrequency, CASE WHEN NOT p.is_tax_row THEN coalesce(r.vendor ->> 'PricingCategory', l.pricing_category) END AS pricingcategory,
       -- of what
       l.service_category AS servicecategory, l.service_name AS servicename,
       coalesce(r.vendor ->> 'ServiceSubcategory', CASE WHEN l.service_subcategory <> 'Other (Other)' THEN l.service_subcategory END,
                'Other (' || l.service_category || ')') AS servicesubcategory,
       CASE WHEN p.has_sku THEN l.sku_code END AS skuid, CASE WHEN p.has_sku THEN coalesce(r.vendor ->> 'SkuMeter', l.meter_name, l.sku_name_reported, l.sku_code) END AS skumeter,
       r.vendor ->> 'SkuPriceId' AS skupriceid, focus.reported_object(r.vendor, 'SkuPriceDetails') AS skupricedetails,
       r.vendor ->> 'ResourceId' AS resourceid, r.vendor ->> 'ResourceName' AS resourcename, r.vendor ->> 'ResourceType' AS resourcetype,
       r.vendor ->> 'RegionId' AS regionid, r.vendor ->> 'RegionName' AS regionname, r.vendor ->> 'AvailabilityZone' AS availabilityzone,
       focus.reported_object(r.vendor, 'Tags') AS tags,
       -- how much
       p.consumed_quantity AS consumedquantity,
       CASE WHEN p.consumed_quantity IS NOT NULL THEN coalesce(r.vendor ->> 'ConsumedUnit', l.consumed_unit) END AS consumedunit,
       p.pricing_quantity AS pricingquantity, CASE WHEN p.pricing_quantity IS NOT NULL THEN coalesce(r.vendor ->> 'PricingUnit', l.pricing_unit) END AS pricingunit,
       -- at which price
       coalesce(focus.reported_number(r.vendor, 'ListUnitPrice'),
                CASE WHEN NOT p.is_tax_row AND coalesce(l.pricing_block, 1) = 1 THEN l.unit_price END) AS listunitprice,
       focus.reported_number(r.vendor, 'ContractedUnitPrice') AS contractedunitprice,
       r.vendor ->> 'PricingCurrency' AS pricingcurrency,
       focus.reported_number(r.vendor, 'PricingCurrencyListUnitPrice') AS pricingcurrencylistunitprice,
       focus.reported_number(r.vendor, 'PricingCurrencyContractedUnitPrice') AS pricingcurrencycontractedunitprice,
       focus.reported_number(r.vendor, 'PricingCurrencyEffectiveCost') AS pricingcurrencyeffectivecost,
       -- under which commitment
       r.vendor ->> 'CommitmentDiscountId' AS commitmentdiscountid, r.vendor ->> 'CommitmentDiscountName' AS commitmentdiscountname,
       r.vendor ->> 'CommitmentDiscountCategory' AS commitmentdiscountcategory, r.vendor ->> 'CommitmentDiscountType' AS commitmentdiscounttype,
       r.vendor ->> 'CommitmentDiscountStatus' AS commitmentdiscountstatus,
       focus.reported_number(r.vendor, 'CommitmentDiscountQuantity') AS commitmentdiscountquantity,
       r.vendor ->> 'CommitmentDiscountUnit' AS commitmentdiscountunit,
       r.vendor ->> 'CapacityReservationId' AS capacityreservationid, r.vendor ->> 'CapacityReservationStatus' AS capacityreservationstatus,
       focus.reported_object(r.vendor, 'ContractApplied') AS contractapplied,
       -- split by the vendor from whom
       r.vendor ->> 'AllocatedMethodId' AS allocatedmethodid, focus.reported_object(r.vendor, 'AllocatedMethodDetails') AS allocatedmethoddetails,
       r.vendor ->> 'AllocatedResourceId' AS allocatedresourceid, r.vendor ->> 'AllocatedResourceName' AS allocatedresourcename,
       focus.reported_object(r.vendor, 'AllocatedTags') AS allocatedtags,
       -- beyond FOCUS
       l.charge_key::text || CASE WHEN r.is_tax THEN '/tax' ELSE '' END AS x_chargekey, l.charge_date AS x_chargedate, l.source_code AS x_sourcename,
       nullif(l.document_id, '') AS x_documentid, CASE WHEN NOT r.is_tax THEN l.unit_price END AS x_listunitprice,
       CASE WHEN NOT r.is_tax THEN l.total_amount END AS x_totalamount, CASE WHEN NOT r.is_tax THEN l.coupon_amount END AS x_couponamount,
       l.changed_at AS x_ingestiontime, l.version AS x_version, l.last_run_id AS x_runid
FROM wh.charge_line l
CROSS JOIN LATERAL (SELECT is_tax, CASE WHEN NOT is_tax THEN focus.reported(l.attributes) END AS vendor
                    FROM (VALUES (false), (true)) AS part(is_tax) WHERE NOT is_tax OR l.tax_amount <> 0) AS r
CROSS JOIN LATERAL (SELECT r.is_tax OR l.charge_category = 'Tax' AS is_tax_row,
                           l.sku_key > 0 AND NOT (r.is_tax OR r.vendor IS NULL AND l.charge_category = 'Tax') AS has_sku,
                           CASE WHEN r.vendor IS NOT NULL THEN focus.reported_number(r.vendor, 'ConsumedQuantity')
                                WHEN NOT r.is_tax AND l.charge_category = 'Usage' THEN l.quantity END AS consumed_quantity,
                           CASE WHEN r.vendor IS NOT NULL THEN coalesce(focus.reported_number(r.vendor, 'PricingQuantity'), l.quantity)
                                WHEN r.is_tax OR l.charge_category = 'Tax' THEN NULL
                                WHEN l.charge_category = 'Purchase' THEN coalesce(l.quantity, 1) ELSE l.quantity END AS pricing_quantity) AS p;
COMMENT ON VIEW focus.charge IS 'Internal: the FOCUS columns of all versions, tax on rows of its own. Use the cost_and_usage views, each of which holds the columns of its version.';

CREATE OR REPLACE VIEW focus.column_spec AS
SELECT v.version AS focus_version, c.column_id, c.feature_level, c.allows_null, c.data_type,
       row_number() OVER (PARTITION BY v.version ORDER BY c.column_id COLLATE "C") AS ordinal, c.meaning
FROM (VALUES ('1.0', 10), ('1.2', 12), ('1.3', 13), ('1.4', 14)) AS v(version, number)
JOIN (VALUES
    ('AllocatedMethodDetails', 'Conditional', true, 'JSON', 13, 99, 'How the vendor split a shared charge, in its own fields (FOCUS vendors only).'),
    ('AllocatedMethodId', 'Conditional', true, 'String', 13, 99, 'By which method the vendor split a shared charge (FOCUS vendors only).'),
    ('AllocatedResourceId', 'Conditional', true, 'String', 13, 99, 'Resource whose cost was split (FOCUS vendors only).'),
    ('AllocatedResourceName', 'Conditional', true, 'String', 13, 99, 'Name of the resource whose cost was split (FOCUS vendors only).'),
    ('AllocatedTags', 'Conditional', true, 'JSON', 13, 99, 'Tags of the resource whose cost was split, a JSON object (FOCUS vendors only).'),
    ('AvailabilityZone', 'Recommended', true, 'String', 10, 99, 'Availability zone of the resource (FOCUS vendors only).'),
    ('BilledCost', 'Mandatory', false, 'Decimal', 10, 99, 'Payable to the invoice issuer, in BillingCurrency, without tax; 0 where a third party bills it.'),
    ('BillingAccountId', 'Mandatory', false, 'String', 10, 99, 'Who pays: the vendor''s id of the billing account.'),
    ('BillingAccountName', 'Mandatory', true, 'String', 10, 99, 'Name of who pays.'),
    ('BillingAccountType', 'Conditional', true, 'String', 12, 99, 'The vendor''s word for that kind of account (FOCUS vendors only).'),
    ('BillingCurrency', 'Mandatory', false, 'String', 10, 99, 'ISO 4217 code of the currency of every cost of the row. Never sum costs of two currencies.'),
    ('BillingPeriodEnd', 'Mandatory', false, 'Date/Time', 10, 99, 'End of the invoice period, exclusive.'),
    ('BillingPeriodStart', 'Mandatory', false, 'Date/Time', 10, 99, 'Start of the invoice period. A filter on it alone reads every partition: add ChargePeriodStart.'),
    ('CapacityReservationId', 'Conditional', true, 'String', 12, 99, 'Capacity reservation that the charge is for or was used under (FOCUS vendors only).'),
    ('CapacityReservationStatus', 'Conditional', true, 'String', 12, 99, 'Used or Unused: whether the reserved capacity was (FOCUS vendors only).'),
    ('ChargeCategory', 'Mandatory', false, 'String', 10, 99, 'Usage, Purchase, Tax, Credit or Adjustment.'),
    ('ChargeClass', 'Mandatory', true, 'String', 10, 99, 'Correction, or NULL.'),
    ('ChargeDescription', 'Mandatory', true, 'String', 10, 99, 'Description as billed.'),
    ('ChargeFrequency', 'Recommended', false, 'String', 10, 99, 'One-Time, Recurring or Usage-Based.'),
    ('ChargePeriodEnd', 'Mandatory', false, 'Date/Time', 10, 99, 'End of the charge period, exclusive.'),
    ('ChargePeriodStart', 'Mandatory', false, 'Date/Time', 10, 99, 'Start of the charge period. Filter on it: partitions are pruned.'),
    ('CommitmentDiscountCategory', 'Conditional', true, 'String', 10, 99, 'Spend or Usage: what was committed to (FOCUS vendors only).'),
    ('CommitmentDiscountId', 'Conditional', true, 'String', 10, 99, 'Commitment (reservation, savings plan) behind the charge (FOCUS vendors only).'),
    ('CommitmentDiscountName', 'Conditional', true, 'String', 10, 99, 'Name of the commitment (FOCUS vendors only).'),
    ('CommitmentDiscountQuantity', 'Conditional', true, 'Decimal', 12, 99, 'How much of the commitment was bought or used, in CommitmentDiscountUnit (FOCUS vendors only).'),
    ('CommitmentDiscountStatus', 'Conditional', true, 'String', 10, 99, 'Used or Unused: whether the commitment was (FOCUS vendors only).'),
    ('CommitmentDiscountType', 'Conditional', true, 'String', 10, 99, 'The vendor''s word for that kind of commitment (FOCUS vendors only).'),
    ('CommitmentDiscountUnit', 'Conditional', true, 'String', 12, 99, 'Unit of CommitmentDiscountQuantity (FOCUS vendors only).'),
    ('ConsumedQuantity', 'Conditional', true, 'Decimal', 10, 99, 'Quantity used, in ConsumedUnit; NULL for purchases and tax. Never sum over two units.'),
    ('ConsumedUnit', 'Conditional', true, 'String', 10, 99, 'Unit of ConsumedQuantity.'),
    ('ContractApplied', 'Conditional', true, 'JSON', 13, 99, 'Contracts that the charge counts towards, a JSON object (FOCUS vendors only).'),
    ('ContractedCost', 'Mandatory', false, 'Decimal', 10, 99, 'Cost at the contracted price, in BillingCurrency: BilledCost, unless the vendor reports it.'),
    ('ContractedUnitPrice', 'Conditional', true, 'Decimal', 10, 99, 'Contracted price of one PricingUnit, in BillingCurrency (FOCUS vendors only).'),
    ('EffectiveCost', 'Mandatory', false, 'Decimal', 10, 99, 'Cost after discounts, in BillingCurrency. As the vendor reports it, commitments spread over what they cover; else BilledCost, prepaid plans on their purchase row.'),
    ('HostProviderName', 'Mandatory', true, 'String', 13, 99, 'Whose platform the service runs on.'),
    ('InvoiceIssuerName', 'Mandatory', false, 'String', 10, 99, 'Who sends the invoice.'),
    ('ListCost', 'Mandatory', false, 'Decimal', 10, 99, 'Cost before discounts, in BillingCurrency.'),
    ('ListUnitPrice', 'Conditional', true, 'Decimal', 10, 99, 'List price of one PricingUnit, in BillingCurrency. NULL where the vendor names none, or one for a block of units (x_ListUnitPrice has that).'),
    ('PricingCategory', 'Conditional', true, 'String', 10, 99, 'Standard, Dynamic, Committed or Other; NULL for tax.'),
    ('PricingCurrency', 'Conditional', true, 'String', 12, 99, 'Currency in which the vendor prices, where it is another one than it bills in (FOCUS vendors only).'),
    ('PricingCurrencyContractedUnitPrice', 'Conditional', true, 'Decimal', 12, 99, 'ContractedUnitPrice in PricingCurrency (FOCUS vendors only).'),
    ('PricingCurrencyEffectiveCost', 'Conditional', true, 'Decimal', 12, 99, 'EffectiveCost in PricingCurrency (FOCUS vendors only).'),
    ('PricingCurrencyListUnitPrice', 'Conditional', true, 'Decimal', 12, 99, 'ListUnitPrice in PricingCurrency (FOCUS vendors only).'),
    ('PricingQuantity', 'Mandatory', true, 'Decimal', 10, 99, 'Quantity priced, in PricingUnit; 1 for a purchase without one; NULL for tax. Never sum over two units.'),
    ('PricingUnit', 'Mandatory', true, 'String', 10, 99, 'Unit of PricingQuantity.'),
    ('ProviderName', 'Mandatory', false, 'String', 10, 13, 'Who provides the service.'),
    ('PublisherName', 'Mandatory', false, 'String', 10, 13, 'Who made the service.'),
    ('RegionId', 'Conditional', true, 'String', 10, 99, 'Region in which the service runs (FOCUS vendors only).'),
    ('RegionName', 'Conditional', true, 'String', 10, 99, 'Name of the region (FOCUS vendors only).'),
    ('ResourceId', 'Conditional', true, 'String', 10, 99, 'Resource that was charged for (FOCUS vendors only).'),
    ('ResourceName', 'Conditional', true, 'String', 10, 99, 'Name of the resource (FOCUS vendors only).'),
    ('ResourceType', 'Conditional', true, 'String', 10, 99, 'Kind of the resource (FOCUS vendors only).'),
    ('ServiceCategory', 'Mandatory', false, 'String', 10, 99, 'FOCUS category of the service.'),
    ('ServiceName', 'Mandatory', false, 'String', 10, 99, 'Name of the service.'),
    ('ServiceProviderName', 'Mandatory', false, 'String', 13, 99, 'Who provides the service.'),
    ('ServiceSubcategory', 'Recommended', false, 'String', 12, 99, 'FOCUS subcategory of the service; Other (category) where none is known.'),
    ('SkuId', 'Conditional', true, 'String', 10, 99, 'The vendor''s code of the metered item; NULL for tax.'),
    ('SkuMeter', 'Conditional', true, 'String', 12, 99, 'What is measured; NULL for tax.'),
    ('SkuPriceDetails', 'Conditional', true, 'JSON', 12, 99, 'Properties of the price, a JSON object (FOCUS vendors only).'),
    ('SkuPriceId', 'Conditional', true, 'String', 10, 99, 'Price of the item in the vendor''s price list (FOCUS vendors only).'),
    ('SubAccountId', 'Conditional', true, 'String', 10, 99, 'Unit below the payer: workspace, app, project, account.'),
    ('SubAccountName', 'Conditional', true, 'String', 10, 99, 'Its name as billed; its id where it has none.'),
    ('SubAccountType', 'Conditional', true, 'String', 12, 99, 'The vendor''s word for it: Workspace, App, Project, ...'),
    ('Tags', 'Conditional', true, 'JSON', 10, 99, 'Tags of the resource, a JSON object (FOCUS vendors only).')
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
        WITH meaning(name, words) AS (
            SELECT DISTINCT lower(column_id), meaning FROM focus.column_spec
            UNION ALL VALUES
                ('x_chargekey', 'The line in wh.fact_charge; a tax row has "/tax" behind it.'), ('x_chargedate', 'charge_date of the line: filter on it, partitions are pruned.'),
                ('x_sourcename', 'Vendor connection (wh.dim_source.source_code).'), ('x_documentid', 'The vendor''s billing document.'),
                ('x_listunitprice', 'Unit price as reported, in BillingCurrency; of a block of units where wh.fact_charge.pricing_block says so.'),
                ('x_totalamount', 'Payable with tax, in BillingCurrency, as the vendor states it; NULL on tax rows, so that it may be summed.'),
                ('x_couponamount', 'Part of the payable settled by coupons, in BillingCurrency.'), ('x_ingestiontime', 'When the line changed last.'),
                ('x_version', 'Version of the line, +1 at each restatement.'), ('x_runid', 'Run that changed the line last.'))
        SELECT c.oid::regclass AS view, a.attname, m.words
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        JOIN meaning m ON m.name = lower(a.attname)
        WHERE c.relnamespace = 'focus'::regnamespace AND c.relname <> 'column_spec'
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', part.view, part.attname, part.words);
    END LOOP;
END $$;
COMMENT ON COLUMN focus.closed_period_correction.billedcost IS 'Change of BilledCost, in BillingCurrency.';
COMMENT ON COLUMN focus.closed_period_correction.listcost IS 'Change of ListCost, in BillingCurrency.';
COMMENT ON COLUMN focus.closed_period_correction.contractedcost IS 'Change of ContractedCost, in BillingCurrency.';
COMMENT ON COLUMN focus.closed_period_correction.effectivecost IS 'Change of EffectiveCost, in BillingCurrency.';
COMMENT ON COLUMN focus.closed_period_correction.pricingquantity IS 'Change of PricingQuantity, in the unit of the line.';
COMMENT ON COLUMN focus.closed_period_correction.x_op IS 'late, restate, vanish or reappear (wh.fact_charge_change.op).';
COMMENT ON COLUMN focus.closed_period_correction.x_recordedat IS 'When the change was loaded.';
