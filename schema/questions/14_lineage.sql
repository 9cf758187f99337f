-- 14. Where does one amount come from: which run, which answer of the vendor, which place in it?
-- The answer's bytes are in raw.page_body under this page_id, while they are kept.
--   d1   charge_date of the line
--   key  its charge_key
-- psql -v d1=2026-03-14 -v key=0b2a6c53-6f3b-8f7e-9d9e-1f0a2b3c4d5e -f schema/questions/14_lineage.sql
SELECT c.charge_date, c.sku_code, c.currency_code, c.billed_cost, c.version, c.first_run_id, c.last_run_id, c.page_id, c.record_path, p.url, p.requested_at,
       p.vendor_trace_id
FROM mart.charge c
LEFT JOIN etl.page p ON p.page_id = c.page_id
WHERE c.charge_date = :'d1'::date AND c.charge_key = :'key'::uuid;
