-- looking what the role lacks
-- What schema/roles.sql grants to the loader, one a row. By oid: a name in a schema that the role may not use is an error instead of an answer.
WITH needed (object, privileges) AS (VALUES
    ('wh.fact_charge', 'SELECT,INSERT,UPDATE,DELETE'), ('wh.fact_charge_change', 'SELECT,INSERT'), ('wh.fact_document', 'SELECT,INSERT,UPDATE'),
    ('wh.dim_source', 'SELECT,INSERT,UPDATE'), ('wh.dim_billing_account', 'SELECT,INSERT,UPDATE'), ('wh.dim_sub_account', 'SELECT,INSERT,UPDATE'),
    ('wh.dim_sub_account_version', 'SELECT,INSERT,UPDATE'), ('wh.dim_service', 'SELECT,INSERT,UPDATE'), ('wh.dim_sku', 'SELECT,INSERT,UPDATE'),
    ('wh.dim_sku_version', 'SELECT,INSERT,UPDATE'), ('wh.dim_charge_type', 'SELECT,INSERT'), ('wh.dim_currency', 'SELECT,INSERT'),
    ('wh.billing_period', 'SELECT'), ('etl.migration', 'SELECT'), ('etl.stream', 'SELECT,INSERT,UPDATE'), ('etl.run', 'SELECT,INSERT,UPDATE'),
    ('etl.slice', 'SELECT,INSERT,UPDATE'), ('etl.watermark', 'SELECT,INSERT,UPDATE'), ('etl.quarantine', 'SELECT,INSERT,UPDATE'),
    ('etl.page', 'SELECT,INSERT'), ('etl.reconciliation', 'SELECT,INSERT'), ('etl.acceptance', 'SELECT,INSERT'), ('raw.page_body', 'SELECT,INSERT'),
    ('mart.slice_gap', 'SELECT')
), lacking (what) AS (
    SELECT privilege || ' on ' || object
    FROM needed CROSS JOIN unnest(string_to_array(privileges, ',')) AS privilege
    JOIN pg_namespace n ON n.nspname = split_part(object, '.', 1)
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = split_part(object, '.', 2)
    WHERE NOT has_table_privilege(c.oid, privilege)
    UNION ALL
    SELECT 'USAGE on schema ' || nspname FROM pg_namespace
    WHERE nspname IN ('etl', 'raw', 'wh', 'mart') AND NOT has_schema_privilege(oid, 'USAGE')
    UNION ALL
    SELECT 'EXECUTE on function etl.' || proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'etl' AND NOT has_function_privilege(p.oid, 'EXECUTE')
      AND proname IN ('ensure_month_partitions', 'ensure_page_partitions', 'drop_page_partitions', 'supersede_slices')
    UNION ALL
    SELECT 'USAGE on sequence etl.' || s.relname
    FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
    JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = 'etl' AND t.relname = 'page' AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') END
    UNION ALL
    SELECT 'TEMPORARY on database ' || current_database() WHERE NOT has_database_privilege(current_database(), 'TEMPORARY')
    UNION ALL
    SELECT 'leave to write: the server is a standby, or default_transaction_read_only is on' WHERE current_setting('transaction_read_only') = 'on'
)
SELECT what FROM lacking ORDER BY 1
