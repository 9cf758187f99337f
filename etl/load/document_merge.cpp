#include "load/document_merge.hpp"

#include "load/json_rows.hpp"
#include "load/line_writer.hpp"

#include "load_sql.hpp"

namespace billhouse {

namespace {

void describe(JsonRows& json, BillingDocument const& document, MergeContext const& context,
              StarRows const& rows, ResolvedMembers const& members) {
    auto const amount = [&](char const* name, std::optional<Decimal> const& value) {
        json.raw(name, value ? json_quoted(value->to_string()) : "null");
    };
    auto const instant = [&](char const* name, std::optional<Instant> const& value) {
        json.raw(name, value ? json_quoted(to_string(*value)) : "null");
    };
    json.text("document_id", document.id);
    json.integer("billing_account_key", key_of(members.billing_accounts, document.billing_account));
    json.integer("sub_account_key", key_of(members.sub_accounts, document.sub_account, kNoSubAccount));
    json.text("currency_code", rows.members.currencies.at(static_cast<std::size_t>(document.currency)));
    json.text("period_start", to_string(document.period_start));
    json.text("period_end", to_string(document.period_end));
    amount("price", document.price);
    amount("discount", document.discount);
    amount("amount", document.amount);
    amount("usage_percent", document.usage_percent);
    json.text("limit_status", document.limit_status);
    instant("vendor_created_at", document.vendor_created_at);
    instant("vendor_updated_at", document.vendor_updated_at);
    json.raw("attributes", document.attributes.empty() ? "null" : document.attributes);
    json.integer("line_count", document.line_count);
    json.integer("page_id", context.page_ids.at(static_cast<std::size_t>(document.page)));
}

} // namespace

std::int64_t merge_documents(PgSession& session, MergeContext const& context, StarRows const& rows,
                             ResolvedMembers const& members) {
    if (rows.documents.empty()) return 0;
    JsonRows json;
    for (auto const& document : rows.documents) {
        json.begin_row();
        describe(json, document, context, rows, members);
    }
    return session.run(load_sql::merge_documents, {context.slice.source_key, json.finish(), context.run_id})
        .affected;
}

} // namespace billhouse
