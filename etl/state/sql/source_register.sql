-- registering the source
-- Writes only where something differs: the first SELECT of the answer is the row as it stood.
WITH wanted AS (
    SELECT $1 AS source_code, $2 AS vendor_code, $3 AS provider, $4 AS host, $5 AS issuer, $6 AS publisher, $7 AS currency, $8 AS timezone,
           $9 AS config_hash
), currency AS (
    INSERT INTO wh.dim_currency (currency_code, currency_name, is_virtual)
    SELECT currency, currency, currency !~ '^[A-Z]{3}$' FROM wanted
    WHERE NOT EXISTS (SELECT FROM wh.dim_currency c WHERE c.currency_code = wanted.currency)
    ON CONFLICT DO NOTHING
), same AS (
    SELECT s.source_key FROM wh.dim_source s JOIN wanted w USING (source_code)
    WHERE (s.vendor_code, s.service_provider_name, s.host_provider_name, s.invoice_issuer_name, s.publisher_name, s.default_currency,
           s.billing_timezone, s.config_hash)
        IS NOT DISTINCT FROM (w.vendor_code, w.provider, w.host, w.issuer, w.publisher, w.currency, w.timezone, w.config_hash)
), changed AS (
    INSERT INTO wh.dim_source (source_code, vendor_code, service_provider_name, host_provider_name, invoice_issuer_name, publisher_name,
                               default_currency, billing_timezone, config_hash)
    SELECT * FROM wanted WHERE NOT EXISTS (SELECT FROM same)
    ON CONFLICT (source_code) DO UPDATE SET
        vendor_code = excluded.vendor_code, service_provider_name = excluded.service_provider_name,
        host_provider_name = excluded.host_provider_name, invoice_issuer_name = excluded.invoice_issuer_name,
        publisher_name = excluded.publisher_name, default_currency = excluded.default_currency,
        billing_timezone = excluded.billing_timezone, config_hash = excluded.config_hash, updated_at = now()
    RETURNING source_key
)
SELECT source_key FROM same UNION ALL SELECT source_key FROM changed
