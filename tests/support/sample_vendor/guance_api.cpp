#include "support/sample_vendor/guance_api.hpp"

#include "support/sample_vendor/documented_samples.hpp"
#include "support/sample_vendor/draw.hpp"
#include "support/sample_vendor/json_writer.hpp"

#include <algorithm>
#include <cstdio>

namespace billhouse::vendor {

namespace {

using namespace std::chrono;

constexpr Date kDocumentedDay = sys_days(year(2023) / 7 / 31);

void write_text(JsonWriter& json, std::string_view name, std::string_view text) {
    json.key(name).string(text.empty() ? "None" : text);
}

// Numbers in some rows, text with all its decimals in others.
void write_amount(JsonWriter& json, std::string_view name, std::optional<Amount> amount,
                  GuanceRow const& row) {
    json.key(name);
    if (!amount)
        json.string("None");
    else if (row.amounts_as_text)
        json.string(to_text(*amount, row.pricing.places));
    else
        json.number(to_text(*amount));
}

void write_consumed_at(JsonWriter& json, GuanceRow const& row) {
    json.key("consumeTime");
    if (row.consumed_at)
        json.number(std::to_string(*row.consumed_at));
    else
        json.string("None");
}

void write_count(JsonWriter& json, GuanceRow const& row) {
    json.key("count");
    if (row.amounts_as_text)
        json.string(to_text(row.count));
    else
        json.number(to_text(row.count));
}

void write_amounts(JsonWriter& json, GuanceRow const& row) {
    write_amount(json, "billingResult", row.billed, row);
    write_amount(json, "deductionAmount", row.deduction, row);
    write_amount(json, "oweAmount", row.unpaid, row);
    write_amount(json, "originAmount", row.list, row);
    write_text(json, "serviceBillingAmount", "");
    write_amount(json, "couponAmount", row.coupon, row);
    write_amount(json, "storedCardAmount", row.stored, row);
    write_amount(json, "cashAmount", row.cash, row);
    write_amount(json, "cashCouldAmount", row.marketplace, row);
}

// The 24 fields in the order of the page.
void write_row(JsonWriter& json, GuanceRow const& row, std::string_view item_key) {
    json.begin_object().key("consumeTimeOfDay").string(to_text(row.day));
    write_text(json, "orgName", row.workspace_uuid.empty() ? "" : "Lanshan Retail 岚山零售");
    write_text(json, "productName", row.workspace_uuid.empty() ? "" : "dataFlux");
    write_text(json, "productDetail", row.item_name);
    write_text(json, "billingCycle", row.cycle);
    write_amounts(json, row);
    write_text(json, "commodityCategory", row.category);
    write_text(json, "consumePlatform", row.platform);
    write_text(json, "customerIdentifier", row.customer);
    write_text(json, "consumption", "");
    write_text(json, "workspaceUuid", row.workspace_uuid);
    write_text(json, "workspaceName", row.workspace_name);
    write_consumed_at(json, row);
    write_text(json, item_key, row.item_code);
    write_text(json, "billingResultDetails", "");
    write_count(json, row);
    json.end_object();
}

} // namespace

HttpReply GuanceApi::answer(HttpRequest const& request, Date today) {
    if (auto refused = refusal(request)) return *std::move(refused);
    Date const first = *parse_compact_date(request.parameter("startDate"));
    Date const last = std::min(*parse_compact_date(request.parameter("endDate")), today);
    JsonWriter json;
    json.begin_array();
    for (Date day = first; day <= last; day += days(1))
        for (GuanceRow const& row : model_.rows(day, today))
            write_row(json, row, access_.item_key);
    json.end_array();
    return envelope(200, "", "", json.take());
}

HttpReply GuanceApi::answer_documented(HttpRequest const& request) {
    if (auto refused = refusal(request)) return *std::move(refused);
    Date const first = *parse_compact_date(request.parameter("startDate"));
    Date const last = *parse_compact_date(request.parameter("endDate"));
    if (kDocumentedDay < first || kDocumentedDay > last) return envelope(200, "", "", "[]");
    HttpReply reply;
    reply.body = documented::guance();
    return reply;
}

std::optional<HttpReply> GuanceApi::refusal(HttpRequest const& request) {
    if (request.header("df-api-key") != access_.key)
        return envelope(403, "ft.InvalidAPIKey", "Invalid API Key", "null");
    if (!limit_.admits(RateLimit::Clock::now()))
        return envelope(401, "ft.TriggerApiAkCurrentLimiting", "API rate limit of this key reached", "null");
    auto const first = parse_compact_date(request.parameter("startDate"));
    auto const last = parse_compact_date(request.parameter("endDate"));
    if (!first || !last)
        return envelope(400, "ft.InvalidParameter", "startDate and endDate must be given as YYYYMMDD",
                        "null");
    if (*first > *last) return envelope(400, "ft.InvalidParameter", "startDate is after endDate", "null");
    return std::nullopt;
}

HttpReply GuanceApi::envelope(int status, std::string_view error_code, std::string_view message,
                              std::string content) {
    JsonWriter json;
    json.begin_object().key("code").number(std::to_string(status)).key("content").number(content);
    json.key("errorCode").string(error_code).key("message").string(message);
    json.key("success").boolean(status == 200).key("traceId").string(next_trace_id()).end_object();
    HttpReply reply;
    reply.status = status;
    reply.body = json.take();
    return reply;
}

// Differs in every answer, as with the real vendor: the same content never comes in the same bytes twice.
std::string GuanceApi::next_trace_id() {
    Draw draw(number_of(today_at(hours(0))), {purpose::kTrace, ++answers_});
    std::uint64_t const high = draw.next(), low = draw.next();
    char text[64];
    std::snprintf(text, sizeof text, "TRACE-%08X-%04X-%04X-%04X-%012llX", static_cast<unsigned>(high >> 32U),
                  static_cast<unsigned>(high >> 16U & 0xffffU), static_cast<unsigned>(high & 0xffffU),
                  static_cast<unsigned>(low >> 48U),
                  static_cast<unsigned long long>(low & 0xffffffffffffULL));
    return text;
}

} // namespace billhouse::vendor
