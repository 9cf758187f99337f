-- What mart.sql and focus.sql are made from. `billhouse migrate` runs this file again whenever it differs from what it ran last.

-- The only place where the fact meets its dimensions: mart.charge and the FOCUS views are made from it. LEFT JOINs: facts hold no NULL
-- or orphan keys, so the rows are those of inner joins, but the planner can leave out the dimensions that a query does not name.
CREATE OR REPLACE VIEW wh.charge_line AS
SELECT f.charge_date, f.charge_key, f.source_key, f.stream_id, f.scope_key, f.document_id, f.line_no, f.billing_account_key, f.sub_account_key,
       f.service_key, f.sku_key, f.charge_type_key, f.currency_code, f.charge_period_start, f.charge_period_end, f.billing_period_start,
       f.billing_period_end, f.quantity, f.pricing_block, f.unit_price, f.list_cost, f.discount_amount, f.billed_cost, f.tax_rate, f.tax_amount,
       f.total_amount, f.deduction_amount, f.coupon_amount, f.stored_value_amount, f.cash_amount, f.marketplace_amount, f.unpaid_amount,
       f.attributes, f.version, f.first_run_id, f.last_run_id, f.page_id, f.record_path, f.loaded_at, f.changed_at,
       d.year_month,
       s.source_code, s.vendor_code, s.service_provider_name, s.host_provider_name, s.invoice_issuer_name, s.publisher_name, s.billing_timezone,
       ba.billing_account_id, ba.billing_account_name, ba.billing_account_type,
       sa.sub_account_type, sa.sub_account_id, sa.sub_account_name, sv.sub_account_name AS sub_account_name_reported,
       v.service_code, v.service_name, v.service_category, v.service_subcategory,
       k.sku_code, k.sku_name, kv.sku_name AS sku_name_reported, k.meter_name, k.pricing_unit, k.consumed_unit,
       t.charge_category, t.charge_class, t.charge_frequency, t.pricing_category, t.billing_cycle, t.commodity_category, t.billing_method,
       t.line_kind, t.third_party_billed
FROM wh.fact_charge f
LEFT JOIN wh.dim_date d ON d.date_key = f.charge_date
LEFT JOIN wh.dim_source s ON s.source_key = f.source_key
LEFT JOIN wh.dim_billing_account ba ON ba.billing_account_key = f.billing_account_key
LEFT JOIN wh.dim_sub_account sa ON sa.sub_account_key = f.sub_account_key
LEFT JOIN wh.dim_sub_account_version sv ON sv.sub_account_version_key = f.sub_account_version_key
LEFT JOIN wh.dim_service v ON v.service_key = f.service_key
LEFT JOIN wh.dim_sku k ON k.sku_key = f.sku_key
LEFT JOIN wh.dim_sku_version kv ON kv.sku_version_key = f.sku_version_key
LEFT JOIN wh.dim_charge_type t ON t.charge_type_key = f.charge_type_key;
COMMENT ON VIEW wh.charge_line IS 'The fact beside all its dimensions, one row a bill line: what mart.charge and the FOCUS views are made from. Use mart.charge.';

DO $$
DECLARE
    origin record;
BEGIN
    FOR origin IN -- columns that the view takes over keep the comment of their origin
        SELECT DISTINCT ON (col.attname) col.attname, col_description(src.attrelid, src.attnum) AS words
        FROM unnest(ARRAY['wh.fact_charge', 'wh.dim_date', 'wh.dim_source', 'wh.dim_billing_account', 'wh.dim_sub_account', 'wh.dim_service',
                          'wh.dim_sku', 'wh.dim_charge_type']::regclass[]) WITH ORDINALITY AS u(origin, place)
        JOIN pg_catalog.pg_attribute src ON src.attrelid = u.origin AND src.attnum > 0
        JOIN pg_catalog.pg_attribute col ON col.attrelid = 'wh.charge_line'::regclass AND col.attname = src.attname
        ORDER BY col.attname, u.place
    LOOP
        EXECUTE format('COMMENT ON COLUMN wh.charge_line.%I IS %L', origin.attname, origin.words);
    END LOOP;
END $$;
COMMENT ON COLUMN wh.charge_line.sub_account_name_reported IS 'Name of the sub-account as billed with this line; sub_account_name is today''s.';
COMMENT ON COLUMN wh.charge_line.sku_name_reported IS 'Description of the SKU as billed with this line; sku_name is today''s.';

-- Seven foreign keys would cut the load to a quarter; this list stands in for them. The schema's own foreign keys are not repeated here.
CREATE OR REPLACE VIEW wh.relationship AS
SELECT child_table, child_column, parent_table, parent_column, meaning
FROM (VALUES
    ('wh.fact_charge', 'charge_date', 'wh.dim_date', 'date_key', 'day'),
    ('wh.fact_charge', 'source_key', 'wh.dim_source', 'source_key', 'vendor connection'),
    ('wh.fact_charge', 'billing_account_key', 'wh.dim_billing_account', 'billing_account_key', 'who pays'),
    ('wh.fact_charge', 'sub_account_key', 'wh.dim_sub_account', 'sub_account_key', 'for which unit'),
    ('wh.fact_charge', 'sub_account_version_key', 'wh.dim_sub_account_version', 'sub_account_version_key', 'under which name'),
    ('wh.fact_charge', 'service_key', 'wh.dim_service', 'service_key', 'product'),
    ('wh.fact_charge', 'sku_key', 'wh.dim_sku', 'sku_key', 'metered item'),
    ('wh.fact_charge', 'sku_version_key', 'wh.dim_sku_version', 'sku_version_key', 'under which description'),
    ('wh.fact_charge', 'charge_type_key', 'wh.dim_charge_type', 'charge_type_key', 'kind of charge'),
    ('wh.fact_charge', 'currency_code', 'wh.dim_currency', 'currency_code', 'currency'),
    ('wh.fact_charge', 'stream_id', 'etl.stream', 'stream_id', 'endpoint'),
    ('wh.fact_charge', 'first_run_id', 'etl.run', 'run_id', 'came with'),
    ('wh.fact_charge', 'last_run_id', 'etl.run', 'run_id', 'changed last by'),
    ('wh.fact_charge', 'page_id', 'etl.page', 'page_id', 'read from'),
    ('wh.fact_charge_change', 'charge_date', 'wh.dim_date', 'date_key', 'day'),
    ('wh.fact_charge_change', 'source_key', 'wh.dim_source', 'source_key', 'vendor connection'),
    ('wh.fact_charge_change', 'billing_account_key', 'wh.dim_billing_account', 'billing_account_key', 'who pays'),
    ('wh.fact_charge_change', 'sub_account_key', 'wh.dim_sub_account', 'sub_account_key', 'for which unit'),
    ('wh.fact_charge_change', 'service_key', 'wh.dim_service', 'service_key', 'product'),
    ('wh.fact_charge_change', 'sku_key', 'wh.dim_sku', 'sku_key', 'metered item'),
    ('wh.fact_charge_change', 'charge_type_key', 'wh.dim_charge_type', 'charge_type_key', 'kind of charge'),
    ('wh.fact_charge_change', 'currency_code', 'wh.dim_currency', 'currency_code', 'currency'),
    ('wh.fact_charge_change', 'run_id', 'etl.run', 'run_id', 'changed by'),
    ('wh.fact_charge_change', 'page_id', 'etl.page', 'page_id', 'read from'),
    ('wh.fact_document', 'currency_code', 'wh.dim_currency', 'currency_code', 'currency'),
    ('wh.fact_document', 'last_run_id', 'etl.run', 'run_id', 'changed last by'),
    ('wh.fact_document', 'page_id', 'etl.page', 'page_id', 'read from'),
    ('etl.quarantine', 'page_id', 'etl.page', 'page_id', 'met on'),
    ('raw.page_body', 'stream_id', 'etl.stream', 'stream_id', 'endpoint'),
    ('raw.page_body', 'page_id', 'etl.page', 'page_id', 'bytes of')
) AS key(child_table, child_column, parent_table, parent_column, meaning);
COMMENT ON VIEW wh.relationship IS 'Keys that hold without being declared: every value of child_column, unless NULL, stands in parent_column. For BI tools that ask how tables join; the checks of every load hold them.';
COMMENT ON COLUMN wh.relationship.child_table IS 'Table that points.';
COMMENT ON COLUMN wh.relationship.child_column IS 'Its column.';
COMMENT ON COLUMN wh.relationship.parent_table IS 'Table that is pointed to.';
COMMENT ON COLUMN wh.relationship.parent_column IS 'Its column, unique there.';
COMMENT ON COLUMN wh.relationship.meaning IS 'What the parent is to the child.';
