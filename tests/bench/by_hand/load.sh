#!/usr/bin/env bash
# curl | jq | psql, a day at a time.
#
# usage: load.sh BASE_URL DAYS VARIANT          the database is libpq's default
set -euo pipefail
url=$1 days=$2 variant=$3
for ((offset = 0; offset < days; offset++)); do
    day=$(date --utc --date="2023-01-01 +$offset days" +%F)
    page=1 seen=0 total=1
    {
        echo "BEGIN; CREATE TEMP TABLE raw (usage_date date, workspace text, workspace_name text, product text, product_name text,
              billing_cycle text, category text, list_cost numeric, billed_cost numeric, deduction numeric, owed numeric, coupon numeric,
              stored_card numeric, cash numeric, quantity numeric) ON COMMIT DROP;
              COPY raw FROM STDIN;"
        while ((seen < total)); do
            body=$(curl --silent --show-error --fail "$url/lines?day=$day&page=$page&variant=$variant")
            jq --raw-output '.content[] | [.consumeTimeOfDay, .workspaceUuid, .workspaceName, .tag6, .productDetail, .billingCycle,
                .commodityCategory, .originAmount, .billingResult, .deductionAmount, .oweAmount, .couponAmount, .storedCardAmount,
                .cashAmount, .count] | @tsv' <<<"$body"
            total=$(jq .pageInfo.totalCount <<<"$body")
            seen=$((seen + 1000)) page=$((page + 1))
        done
        printf '\\.\n'
        echo "INSERT INTO by_hand.workspace (id, name) SELECT DISTINCT ON (workspace) workspace, workspace_name FROM raw ON CONFLICT DO NOTHING;
              INSERT INTO by_hand.product (code, name) SELECT DISTINCT ON (product) product, product_name FROM raw ON CONFLICT DO NOTHING;
              INSERT INTO by_hand.fact AS f
              SELECT usage_date, md5(concat_ws('|', usage_date, workspace, product_name, product, category))::uuid, workspace_key, product_key,
                     billing_cycle, category, list_cost, billed_cost, deduction, owed, coupon, stored_card, cash, quantity, now()
              FROM raw JOIN by_hand.workspace ON id = workspace JOIN by_hand.product ON code = product
              ON CONFLICT (usage_date, line_key) DO UPDATE SET list_cost = excluded.list_cost, billed_cost = excluded.billed_cost,
                     stored_card = excluded.stored_card, quantity = excluded.quantity, loaded_at = excluded.loaded_at
              WHERE (f.list_cost, f.billed_cost, f.stored_card, f.quantity) IS DISTINCT FROM
                    (excluded.list_cost, excluded.billed_cost, excluded.stored_card, excluded.quantity);
              COMMIT;"
    } | psql --quiet --no-psqlrc --set ON_ERROR_STOP=1
done
