-- looking up charge types
-- Common to all sources, so $1 (the source) decides nothing.
SELECT w.i, d.charge_type_key, 0, true
FROM jsonb_to_recordset($2::jsonb)
     AS w(i integer, charge_category text, charge_class text, charge_frequency text, pricing_category text, billing_cycle text,
          commodity_category text, billing_method text, line_kind text, third_party_billed boolean)
LEFT JOIN wh.dim_charge_type d
    USING (charge_category, charge_class, charge_frequency, pricing_category, billing_cycle, commodity_category, billing_method,
           line_kind, third_party_billed)
WHERE $1::bigint IS NOT NULL
