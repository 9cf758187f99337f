-- What a hand-written load fills: fewer columns than the star's fact, no history, no ledger.
CREATE SCHEMA by_hand;
CREATE TABLE by_hand.workspace (workspace_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, name text);
CREATE TABLE by_hand.product (product_key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL UNIQUE, name text);
CREATE TABLE by_hand.fact (
    usage_date date NOT NULL, line_key uuid NOT NULL, workspace_key integer NOT NULL, product_key integer NOT NULL,
    billing_cycle text, category text, list_cost numeric NOT NULL, billed_cost numeric NOT NULL, deduction numeric, owed numeric,
    coupon numeric, stored_card numeric, cash numeric, quantity numeric, loaded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (usage_date, line_key));
CREATE INDEX ON by_hand.fact (workspace_key, usage_date);
