#include "unit/transform/sample_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace billhouse::samples {

namespace {

using Kind = ValueSource::Kind;

ValueSource subtract(std::string_view left, std::string_view right) {
    return calculation(Kind::subtract, path(left), path(right));
}

ColumnRule with_formats(ColumnRule rule, std::vector<std::string_view> const& patterns, int plus_days = 0) {
    for (auto const pattern : patterns)
        rule.formats.push_back(format(pattern));
    rule.plus_days = plus_days;
    return rule;
}

ColumnRule with_default(ColumnRule rule, std::string text) {
    rule.fallback = std::move(text);
    return rule;
}

ColumnRule with_values(ColumnRule rule, std::vector<std::pair<std::string, std::string>> values,
                       std::string otherwise) {
    rule.values = std::move(values);
    rule.values_else = std::move(otherwise);
    return rule;
}

ColumnRule required(ColumnRule rule) {
    rule.required = true;
    return rule;
}

SourceDefinition source(std::string code, std::string currency, std::string_view zone) {
    SourceDefinition result;
    result.code = std::move(code);
    result.default_currency = std::move(currency);
    result.billing_zone = Zone::find(zone).value();
    return result;
}

std::vector<ColumnRule> ocamba_document_columns() {
    return {with_formats(document_rule("period_start", {path("start_time"), path("start_date")}),
                         {"rfc3339", "date"}),
            with_formats(document_rule("period_end", {path("end_time"), path("end_date")}),
                         {"rfc3339", "date"}, 1),
            document_rule("price", {path("price")}),
            document_rule("discount", {path("discount")}),
            document_rule("amount", {path("amount")}),
            document_rule("usage_percent", {path("usage_percent")}),
            document_rule("limit_status", {path("limit_status")}),
            with_formats(document_rule("vendor_created_at", {path("create_time")}), {"%Y-%m-%d %H:%M:%S"}),
            with_formats(document_rule("vendor_updated_at", {path("update_time")}), {"%Y-%m-%d %H:%M:%S"})};
}

std::vector<ColumnRule> ocamba_line_money() {
    return {line_rule("list_cost", "price"), line_rule("discount_amount", "discount"),
            line_rule("billed_cost", {subtract("price", "discount"), path("price")}),
            line_rule("total_amount", {path("amount")})};
}

std::vector<ColumnRule> ocamba_columns() {
    auto const plans = [](std::string_view column, std::string value, std::string otherwise) {
        return with_values(line_rule(column, {path("name"), path("invoice_item.name")}),
                           {{"enterprise", value}}, otherwise);
    };
    std::vector<ValueSource> const starts = {path("parent.start_time"), path("parent.start_date")};
    std::vector<ValueSource> const ends = {path("parent.end_time"), path("parent.end_date")};
    return {
        required(with_formats(line_rule("charge_date", starts), {"rfc3339", "date"})),
        with_formats(line_rule("charge_period_start", starts), {"rfc3339", "date"}),
        with_formats(line_rule("charge_period_end", ends), {"rfc3339", "date"}, 1),
        with_formats(line_rule("billing_period_start", starts), {"rfc3339", "date"}),
        with_formats(line_rule("billing_period_end", ends), {"rfc3339", "date"}, 1),
        line_rule("billing_account_id", "parent.company_id"),
        line_rule("sub_account_type", {constant("App")}),
        line_rule("sub_account_id", {path("parent.app_id"), path("parent.app-id")}),
        line_rule("sub_account_name", {path("parent.app.title"), path("parent.app.name")}),
        with_default(line_rule("service_code", "parent.app.name"), "ocamba"),
        with_default(line_rule("service_name", {path("parent.app.title"), path("parent.app.name")}),
                     "Ocamba"),
        required(line_rule("sku_code", {path("name"), path("invoice_item.name")})),
        line_rule("sku_name", {path("description"), path("name"), path("invoice_item.name")}),
        plans("charge_category", "Purchase", "Usage"),
        plans("charge_frequency", "Recurring", "Usage-Based"),
        required(line_rule("currency_code", "parent.currency_code")),
        line_rule("quantity", "quantity"),
        line_rule("pricing_block", "unit"),
        line_rule("unit_price", "unit_price"),
        line_rule("list_cost",
                  {path("price"), calculation(Kind::multiply, path("quantity"), path("unit_price"))}),
        line_rule("discount_amount", "discount"),
        line_rule("billed_cost", {subtract("price", "discount"), subtract("amount", "tax"), path("price")}),
        line_rule("tax_rate", "tax_rate"),
        line_rule("tax_amount", "tax"),
        line_rule("total_amount", {path("amount"), calculation(Kind::add, path("price"), path("tax"))}),
    };
}

std::string or_null(Text const& text) {
    return text ? *text : "NULL";
}

} // namespace

Path dotted(std::string_view text) {
    Path result;
    while (!text.empty()) {
        auto const dot = text.find('.');
        result.keys.emplace_back(text.substr(0, dot));
        text = dot == text.npos ? std::string_view() : text.substr(dot + 1);
    }
    return result;
}

ValueSource path(std::string_view text) {
    ValueSource result;
    for (constexpr std::string_view kParent = "parent."; text.starts_with(kParent);
         text.remove_prefix(kParent.size()))
        ++result.path.up;
    result.path.path = dotted(text);
    return result;
}

ValueSource constant(std::string text) {
    ValueSource result;
    result.kind = Kind::constant;
    result.text = std::move(text);
    return result;
}

ValueSource partition() {
    ValueSource result;
    result.kind = Kind::partition;
    return result;
}

ValueSource calculation(Kind kind, ValueSource left, ValueSource right) {
    ValueSource result;
    result.kind = kind;
    result.operands = {std::move(left), std::move(right)};
    return result;
}

ColumnRule line_rule(std::string_view column, std::vector<ValueSource> from) {
    ColumnRule rule;
    rule.column = find_column(kLineColumns, column).value();
    rule.from = std::move(from);
    return rule;
}

ColumnRule line_rule(std::string_view column, std::string_view from) {
    return line_rule(column, {path(from)});
}

ColumnRule document_rule(std::string_view column, std::vector<ValueSource> from) {
    ColumnRule rule;
    rule.column = find_column(kDocumentColumns, column).value();
    rule.from = std::move(from);
    return rule;
}

TimeFormat format(std::string_view pattern) {
    return TimeFormat::compile(pattern).value();
}

std::vector<std::size_t> line_columns(std::vector<std::string_view> const& names) {
    std::vector<std::size_t> columns;
    for (auto const name : names)
        columns.push_back(find_column(kLineColumns, name).value());
    return columns;
}

ColumnRule& rule_of(MappingSpec& mapping, std::string_view column) {
    return *std::ranges::find(mapping.columns, find_column(kLineColumns, column).value(),
                              &ColumnRule::column);
}

SourceDefinition guance_source() {
    return source("guance_cn", "CNY", "Asia/Shanghai");
}

StreamDefinition guance_stream() {
    StreamDefinition stream;
    stream.name = "billing_detail";
    stream.records.path = dotted("content");
    auto& mapping = stream.mapping;
    mapping.null_tokens = {"None", "null", "N/A", ""};
    // The identity of the warehouse guide's test vector.
    mapping.identity = line_columns(
        {"charge_date", "sub_account_id", "sku_name", "sku_code", "commodity_category", "currency_code"});
    mapping.columns = {
        required(with_formats(line_rule("charge_date", "consumeTimeOfDay"), {"date"})),
        line_rule("billing_account_id", {constant("guance")}),
        with_default(line_rule("billing_account_name", "orgName"), "Guance billing account"),
        line_rule("sub_account_type", {constant("Workspace")}),
        line_rule("sub_account_id", "workspaceUuid"),
        line_rule("sub_account_name", "workspaceName"),
        line_rule("service_code", {constant("guance")}),
        line_rule("service_name", {constant("Guance")}),
        line_rule("service_category", {constant("Management and Governance")}),
        line_rule("service_subcategory", {constant("Observability")}),
        line_rule("sku_code", {path("tag6"), path("billingKey")}),
        line_rule("sku_name", "productDetail"),
        with_default(with_values(line_rule("charge_category", "commodityCategory"),
                                 {{"Annual/Monthly subscription", "Purchase"}}, "Usage"),
                     "Usage"),
        with_default(with_values(line_rule("charge_frequency", "commodityCategory"),
                                 {{"Annual/Monthly subscription", "Recurring"}}, "Usage-Based"),
                     "Usage-Based"),
        line_rule("billing_cycle", "billingCycle"),
        line_rule("commodity_category", "commodityCategory"),
        line_rule("billing_method", "consumePlatform"),
        with_default(
            with_values(line_rule("third_party_billed", "consumePlatform"), {{"AWS", "true"}}, "false"),
            "false"),
        line_rule("quantity", "count"),
        line_rule("list_cost", "originAmount"),
        line_rule("discount_amount", {subtract("originAmount", "billingResult")}),
        line_rule("billed_cost", "billingResult"),
        line_rule("total_amount", "billingResult"),
        line_rule("deduction_amount", "deductionAmount"),
        line_rule("coupon_amount", "couponAmount"),
        line_rule("stored_value_amount", "storedCardAmount"),
        line_rule("cash_amount", "cashAmount"),
        line_rule("marketplace_amount", "cashCouldAmount"),
        line_rule("unpaid_amount", "oweAmount"),
    };
    return stream;
}

SourceDefinition ocamba_source() {
    return source("ocamba", "USD", "UTC");
}

StreamDefinition ocamba_stream() {
    StreamDefinition stream;
    stream.name = "usage";
    stream.records = {.path = dotted("items"), .explode = {dotted("items")}, .id = {dotted("id")}};
    auto& mapping = stream.mapping;
    mapping.null_tokens = {"", "null"};
    mapping.identity = line_columns({"charge_date", "billing_account_id", "sub_account_id", "service_code",
                                     "sku_code", "sku_name", "currency_code"});
    mapping.ordinal_by_position = true;
    mapping.columns = ocamba_columns();
    mapping.document = DocumentSpec{path("parent.id").path, ocamba_document_columns(), ocamba_line_money()};
    return stream;
}

SourceDefinition plain_source() {
    return source("plain", "EUR", "UTC");
}

StreamDefinition plain_stream() {
    StreamDefinition stream;
    stream.name = "plain";
    stream.records.path = dotted("rows");
    auto& mapping = stream.mapping;
    mapping.null_tokens = {"None", ""};
    mapping.identity = line_columns({"charge_date", "sku_code"});
    mapping.columns = {
        with_formats(line_rule("charge_date", "date"), {"date"}),
        line_rule("sku_code", "sku"),
        line_rule("charge_category", {constant("Usage")}),
        line_rule("charge_frequency", {constant("Usage-Based")}),
        line_rule("list_cost", "cost"),
        line_rule("billed_cost", "cost"),
        line_rule("total_amount", "cost"),
    };
    return stream;
}

StarRows mapped(SourceDefinition const& source, StreamDefinition const& stream,
                std::vector<std::string> const& pages, std::string const& partition) {
    StarMapper mapper(source, stream, partition);
    for (std::size_t i = 0; i < pages.size(); ++i) {
        mapper.begin_page(static_cast<std::int32_t>(i));
        decode_json_page(pages[i], stream.records, {}, [&](RecordView const& record) { mapper.map(record); });
        mapper.commit_page();
    }
    return mapper.finish();
}

StarRows mapped_plain(StreamDefinition const& stream, std::vector<std::string> const& records) {
    return mapped(plain_source(), stream, {fmt::format(R"({{"rows": [{}]}})", fmt::join(records, ","))});
}

std::string described(StarRows const& rows, ChargeLine const& line) {
    auto const& members = rows.members;
    auto out = fmt::format("{} {} line {} of '{}' {}\n", to_string(line.charge_date), to_string(line.key),
                           line.line_no, line.document_id, line.content_hash);
    auto const at = [](auto const& all, MemberIndex index) -> auto const& {
        return all.at(static_cast<std::size_t>(index));
    };
    if (is_named(line.billing_account)) {
        auto const& account = at(members.billing_accounts, line.billing_account);
        out += fmt::format("account {} ({})\n", account.id, or_null(account.name));
    }
    if (is_named(line.sub_account)) {
        auto const& sub = at(members.sub_accounts, line.sub_account);
        out += fmt::format("sub-account {} {} ({})\n", sub.type, sub.id, or_null(sub.name));
    }
    if (is_named(line.service)) {
        auto const& service = at(members.services, line.service);
        out += fmt::format("service {} ({}), {}, {}\n", service.code, service.name, service.category,
                           service.subcategory);
    }
    if (is_named(line.sku)) {
        auto const& sku = at(members.skus, line.sku);
        out += fmt::format("sku {} ({}), meter {}, {}/{}\n", sku.code, or_null(sku.name),
                           or_null(sku.meter_name), sku.pricing_unit, sku.consumed_unit);
    }
    auto const& type = at(members.charge_types, line.charge_type);
    out += fmt::format("type {}|{}|{}|{}|{}|{}|{}|{}|{}\n", type.charge_category, type.charge_class,
                       type.charge_frequency, type.pricing_category, type.billing_cycle,
                       type.commodity_category, type.billing_method, type.line_kind, type.third_party_billed);
    out += fmt::format("charged {} to {}, billed {} to {}\n", to_string(line.charge_period_start),
                       to_string(line.charge_period_end), to_string(line.billing_period_start),
                       to_string(line.billing_period_end));
    for (std::size_t i = 0; i < kMeasureCount; ++i)
        if (line.measures[i])
            out += fmt::format("{}={} ", kLineColumns[kFirstMeasure + i].name, line.measures[i]->to_string());
    out += fmt::format("{}\n", at(members.currencies, line.currency));
    return out + fmt::format("attributes {}\n", line.attributes);
}

std::vector<std::string> described(StarRows const& rows) {
    std::vector<std::string> all;
    for (auto const& line : rows.lines)
        all.push_back(described(rows, line));
    std::ranges::sort(all);
    return all;
}

} // namespace billhouse::samples
