-- adding currencies
-- A code that is none of ISO 4217's form is a vendor's credit or token.
INSERT INTO wh.dim_currency (currency_code, currency_name, is_virtual)
SELECT w.code, w.code, w.code !~ '^[A-Z]{3}$'
FROM jsonb_to_recordset($1::jsonb) AS w(code text)
WHERE NOT EXISTS (SELECT FROM wh.dim_currency d WHERE d.currency_code = w.code)
ORDER BY w.code
ON CONFLICT DO NOTHING
