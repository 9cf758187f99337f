-- The FOCUS views get columns in the middle (regions, resources, commitment discounts, tags, ...), which CREATE OR REPLACE VIEW cannot
-- do: they go here, and schema/focus.sql makes them anew. A view of your own that reads them stops this file: drop it, and make it again.
DROP VIEW IF EXISTS
    focus.cost_and_usage_v1_0, focus.cost_and_usage_v1_2, focus.cost_and_usage_v1_3, focus.cost_and_usage_v1_4,
    focus."CostAndUsage_1_0", focus."CostAndUsage_1_2", focus."CostAndUsage_1_3", focus."CostAndUsage_1_4";
DROP VIEW IF EXISTS focus.charge;
DROP VIEW IF EXISTS focus.line;
DROP VIEW IF EXISTS focus.column_spec;

-- Units, which the first comments left to the table's.
COMMENT ON COLUMN wh.fact_charge.unit_price IS 'Price of one pricing block, in currency_code, as reported. NULL = not reported.';
COMMENT ON COLUMN wh.fact_charge.list_cost IS 'Before discounts, without tax, in currency_code. Guance originAmount; Ocamba price.';
COMMENT ON COLUMN wh.fact_charge.discount_amount IS 'list_cost - billed_cost as the vendor states it, in currency_code; 0 where it states none.';
COMMENT ON COLUMN wh.fact_charge.billed_cost IS 'Payable after discounts, without tax, in currency_code. Guance billingResult; Ocamba price - discount. The usual measure of cost.';
COMMENT ON COLUMN wh.fact_charge.tax_amount IS 'Tax, in currency_code; 0 where the vendor states none.';
COMMENT ON COLUMN wh.fact_charge.total_amount IS 'Payable with tax, in currency_code, as the vendor states it. Ocamba amount; Guance billingResult.';
COMMENT ON COLUMN wh.fact_charge.deduction_amount IS 'Part of the payable that was deducted, in currency_code. Settlement, not a further discount; NULL = not reported, 0 = reported as zero.';
COMMENT ON COLUMN wh.fact_charge.coupon_amount IS 'Part of the payable settled by coupons or vouchers, in currency_code. NULL = not reported.';
COMMENT ON COLUMN wh.fact_charge.stored_value_amount IS 'Part of the payable settled from prepaid value, in currency_code. NULL = not reported.';
COMMENT ON COLUMN wh.fact_charge.cash_amount IS 'Part of the payable settled in cash, in currency_code. NULL = not reported.';
COMMENT ON COLUMN wh.fact_charge.marketplace_amount IS 'Part of the payable settled through a marketplace or cloud account, in currency_code. NULL = not reported.';
COMMENT ON COLUMN wh.fact_charge.unpaid_amount IS 'Part of the payable still owed, in currency_code. NULL = not reported.';
COMMENT ON COLUMN wh.fact_charge.attributes IS 'Vendor fields that no column maps, without None values, under the vendor''s names. For queries, but not part of the contract; but for a vendor that bills in FOCUS, whose other columns the focus views show from here.';
COMMENT ON COLUMN wh.fact_charge_change.d_quantity IS 'Change of quantity, in dim_sku''s unit, an absent one counted as 0.';
COMMENT ON COLUMN wh.fact_charge_change.d_list_cost IS 'Change of list_cost, in currency_code: whole amount for late and reappear, negative whole amount for vanish.';
COMMENT ON COLUMN wh.fact_charge_change.d_billed_cost IS 'Change of billed_cost, in currency_code.';
COMMENT ON COLUMN wh.fact_charge_change.d_tax_amount IS 'Change of tax_amount, in currency_code.';
COMMENT ON COLUMN wh.fact_charge_change.d_total_amount IS 'Change of total_amount, in currency_code.';
COMMENT ON COLUMN wh.fact_document.price IS 'Header price, in currency_code, as reported. NULL = not reported.';
COMMENT ON COLUMN wh.fact_document.discount IS 'Header discount, in currency_code, as reported. NULL = not reported.';
COMMENT ON COLUMN wh.fact_document.amount IS 'Header amount payable, in currency_code, as reported. NULL = not reported.';
COMMENT ON COLUMN wh.dim_date.year IS 'Calendar year, four digits.';
