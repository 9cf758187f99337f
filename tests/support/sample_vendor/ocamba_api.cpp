#include "support/sample_vendor/ocamba_api.hpp"

#include "support/sample_vendor/documented_samples.hpp"
#include "support/sample_vendor/draw.hpp"
#include "support/sample_vendor/json_writer.hpp"
#include "support/sample_vendor/ocamba_query.hpp"

#include <algorithm>
#include <cstdio>

namespace billhouse::vendor {

namespace {

void write_line_money(JsonWriter& json, UsageLine const& line, App const& app) {
    json.key("quantity").number(std::to_string(line.quantity));
    json.key("unit_price").number(to_text(line.unit_price));
    json.key("price").number(to_text(line.price));
    json.key("discount_rate").number(std::to_string(app.discount_rate));
    json.key("discount").number(to_text(line.discount));
    json.key("tax_rate").number(std::to_string(kTaxPercent));
    json.key("tax").number(to_text(line.tax));
    json.key("amount").number(to_text(line.amount));
}

void write_line(JsonWriter& json, UsageLine const& line, UsageDocument const& document, bool full) {
    json.begin_object();
    if (full)
        json.key("invoice_item").begin_object().key("name").string(line.name).end_object();
    else
        json.key("name").string(line.name);
    if (document.has_line_money()) write_line_money(json, line, *document.app);
    json.key("description").string(line.description).key("unit").number("1").end_object();
}

void write_app(JsonWriter& json, UsageDocument const& document) {
    App const& app = *document.app;
    json.key("app").begin_object();
    json.key("id")
        .string(app.catalogue_id)
        .key("type")
        .string("application")
        .key("title")
        .string(document.app_title);
    json.key("name").string(app.product.name).key("description").string(app.product.description);
    json.key("logo")
        .string("https://logo-uri-example.com")
        .key("plan")
        .string("'{ \n   \"features\" : [\"billing\"]\n }'");
    json.key("create_time").string(to_text(app.first_start) + " 13:45:03");
    json.key("update_time")
        .string(to_text(app.first_start + std::chrono::days(1)) + " 11:37:25")
        .end_object();
}

void write_header(JsonWriter& json, UsageDocument const& document) {
    if (document.has_header_money()) {
        json.key("price").number(to_text(document.price));
        if (document.discount.micros != 0) json.key("discount").number(to_text(document.discount));
        json.key("amount").number(to_text(document.amount));
    }
    json.key("currency_code").string(document.app->currency);
    json.key("limit_status").string(document.limit_reached ? "1" : "0");
    if (document.usage_percent) json.key("usage_percent").number(to_text(*document.usage_percent));
}

void write_times(JsonWriter& json, UsageDocument const& document, bool full) {
    if (!full) {
        json.key("start_time").string(to_text(document.start) + "T00:00:00Z");
        json.key("end_time").string(to_text(document.end) + "T00:00:00Z");
        return;
    }
    json.key("start_date").string(to_text(document.start)).key("end_date").string(to_text(document.end));
    json.key("create_time").string(to_text(document.start) + " 00:05:13");
    json.key("update_time").string(to_text(document.updated) + " 00:10:42");
}

void write_document(JsonWriter& json, UsageDocument const& document, bool full) {
    json.begin_object().key("id").string(document.id).key("company_id").string(document.app->company_id);
    json.key(full ? "app-id" : "app_id").string(document.app->id);
    if (full) write_app(json, document);
    json.key("items").begin_array();
    for (UsageLine const& line : document.lines)
        write_line(json, line, document, full);
    json.end_array();
    write_header(json, document);
    write_times(json, document, full);
    json.end_object();
}

std::string page_of(std::vector<UsageDocument> const& documents, OcambaQuery const& query) {
    JsonWriter json;
    json.begin_object().key("total").number(documents.size()).key("items").begin_array();
    // The page number may be any number: no multiplication that could wrap round.
    std::size_t const pages_before = std::min(query.page - 1, documents.size());
    std::size_t const first = std::min(pages_before * query.page_size, documents.size());
    std::size_t const end = std::min(first + query.page_size, documents.size());
    for (std::size_t i = first; i < end; ++i)
        write_document(json, documents[i], query.full_view);
    return json.end_array().end_object().take();
}

} // namespace

HttpReply OcambaApi::answer(HttpRequest const& request, Date today) {
    if (auto refused = refusal(request)) return *std::move(refused);
    auto const query = std::get<OcambaQuery>(read_query(request));
    return with_limit_headers(page_of(select(model_.documents(today), query), query));
}

HttpReply OcambaApi::answer_documented(HttpRequest const& request, bool with_true_total) {
    if (auto refused = refusal(request)) return *std::move(refused);
    auto const query = std::get<OcambaQuery>(read_query(request));
    if (query.page > 1)
        return with_limit_headers(query.full_view && with_true_total ? R"({"total":1,"items":[]})"
                                                                     : R"({"total":3,"items":[]})");
    if (!query.full_view) return with_limit_headers(documented::ocamba_default());
    return with_limit_headers(with_true_total ? documented::ocamba_full_with_true_total()
                                              : documented::ocamba_full());
}

std::optional<HttpReply> OcambaApi::refusal(HttpRequest const& request) {
    auto const now = RateLimit::Clock::now();
    if (request.header("authorization") != "Bearer " + access_.token)
        return error(401, "Unauthorized", "Token is missing or not valid");
    if (!limit_.admits(now)) {
        HttpReply reply = error(429, "Too Many Requests", "Rate limit exceeded");
        reply.headers.emplace_back("Retry-After", std::to_string(limit_.until_reset(now).count()));
        return reply;
    }
    auto const query = read_query(request);
    if (auto const* problem = std::get_if<std::string>(&query)) return error(400, "Bad Request", *problem);
    return std::nullopt;
}

// X-RateLimit-Reset counts seconds down; on 429 these headers are absent. Class C of the vendor's table where
// none is set.
HttpReply OcambaApi::with_limit_headers(std::string body) const {
    HttpReply reply;
    reply.body = std::move(body);
    bool const limited = limit_.limit() > 0;
    reply.headers.emplace_back("X-RateLimit-Limit", std::to_string(limited ? limit_.limit() : 150));
    reply.headers.emplace_back("X-RateLimit-Remaining", std::to_string(limited ? limit_.remaining() : 149));
    reply.headers.emplace_back("X-RateLimit-Reset",
                               std::to_string(limit_.until_reset(RateLimit::Clock::now()).count()));
    return reply;
}

HttpReply OcambaApi::error(int status, std::string_view title, std::string_view message) {
    Draw draw(number_of(today_at(std::chrono::hours(0))), {purpose::kTrace, ++errors_});
    char trace_id[20];
    std::snprintf(trace_id, sizeof trace_id, "%016llx", static_cast<unsigned long long>(draw.next()));
    JsonWriter json;
    json.begin_object().key("code").number(std::to_string(status)).key("message").string(message);
    json.key("title").string(title).key("trace_id").string(trace_id).end_object();
    HttpReply reply;
    reply.status = status;
    reply.body = json.take();
    return reply;
}

} // namespace billhouse::vendor
