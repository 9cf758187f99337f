-- adding charge types
-- Common to all sources, so $1 (the source) is not used.
INSERT INTO wh.dim_charge_type (charge_category, charge_class, charge_frequency, pricing_category, billing_cycle, commodity_category,
                                billing_method, line_kind, third_party_billed)
SELECT w.*
FROM jsonb_to_recordset($2::jsonb)
     AS w(charge_category text, charge_class text, charge_frequency text, pricing_category text, billing_cycle text,
          commodity_category text, billing_method text, line_kind text, third_party_billed boolean)
LEFT JOIN wh.dim_charge_type d
    USING (charge_category, charge_class, charge_frequency, pricing_category, billing_cycle, commodity_category, billing_method,
           line_kind, third_party_billed)
WHERE d.charge_type_key IS NULL AND $1::bigint IS NOT NULL
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9
ON CONFLICT DO NOTHING
