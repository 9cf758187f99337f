-- What the loader needs and the current role lacks, one a row.
SELECT privilege || ' on ' || object
FROM (VALUES
    ('wh.fact_charge', 'SELECT'), ('wh.fact_charge', 'INSERT'), ('wh.fact_charge', 'UPDATE'), ('wh.fact_charge', 'DELETE'),
    ('wh.fact_charge_change', 'INSERT'), ('wh.fact_document', 'INSERT'), ('wh.fact_document', 'UPDATE'),
    ('wh.dim_source', 'INSERT'), ('wh.dim_source', 'UPDATE'), ('wh.dim_billing_account', 'INSERT'),
    ('wh.dim_sub_account', 'INSERT'), ('wh.dim_sub_account', 'UPDATE'), ('wh.dim_service', 'INSERT'),
    ('wh.dim_sku', 'INSERT'), ('wh.dim_sku', 'UPDATE'), ('wh.dim_charge_type', 'INSERT'),
    ('etl.run', 'INSERT'), ('etl.run', 'UPDATE'), ('etl.slice', 'INSERT'), ('etl.slice', 'UPDATE'),
    ('etl.watermark', 'INSERT'), ('etl.watermark', 'UPDATE'), ('etl.quarantine', 'INSERT'),
    ('etl.page', 'INSERT'), ('raw.page_body', 'INSERT'), ('raw.page_body', 'SELECT'), ('etl.reconciliation', 'INSERT'), ('etl.acceptance', 'INSERT')
) AS needed (object, privilege)
WHERE NOT has_table_privilege(object, privilege)
ORDER BY 1
