-- 15. Does a FOCUS query run as published? Cost by provider and service, on the FOCUS 1.4 dataset
-- (https://focus.finops.org/use-cases/, with the billing currency added: amounts of two currencies are never one sum).
--   d1, d2  instants: start of the first charge period, and the end of the last one
-- psql -v d1="2026-03-01 00:00+00" -v d2="2026-04-01 00:00+00" -f schema/questions/15_focus.sql
SELECT ServiceProviderName, ServiceCategory, ServiceName, ChargeCategory, PricingUnit, BillingCurrency, SUM(EffectiveCost) AS EffectiveCost,
       SUM(PricingQuantity) AS PricingQuantity
FROM focus.cost_and_usage_v1_4
WHERE ChargePeriodStart >= :'d1'::timestamptz AND ChargePeriodStart < :'d2'::timestamptz
GROUP BY ServiceProviderName, ServiceCategory, ServiceName, ChargeCategory, PricingUnit, BillingCurrency
ORDER BY ServiceProviderName, ServiceName, ChargeCategory, PricingUnit, BillingCurrency;
