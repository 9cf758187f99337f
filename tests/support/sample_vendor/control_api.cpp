#include "support/sample_vendor/control_api.hpp"

#include "support/sample_vendor/control_parameters.hpp"
#include "support/sample_vendor/draw.hpp"
#include "support/sample_vendor/json_writer.hpp"
#include "support/sample_vendor/service.hpp"

#include <algorithm>

namespace billhouse::vendor {

namespace {

HttpReply json_reply(JsonWriter& json) {
    HttpReply reply;
    reply.body = json.take();
    return reply;
}

HttpReply done(std::size_t count) {
    JsonWriter json;
    json.begin_object().key("done").number(count).end_object();
    return json_reply(json);
}

HttpReply problem(int status, std::string_view text) {
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/plain";
    reply.body = std::string(text) + '\n';
    return reply;
}

std::vector<RowId> guance_rows(GuanceModel const& model, Days days, Date today) {
    std::vector<RowId> rows;
    for (Date day = days.from; day <= days.to; day += std::chrono::days(1))
        for (GuanceRow const& row : model.rows(day, today))
            rows.emplace_back(day, row.number);
    return rows;
}

std::vector<RowId> ocamba_rows(OcambaModel const& model, Days days, Date today) {
    std::vector<RowId> rows;
    for (UsageDocument const& document : model.documents(today))
        if (document.start >= days.from && document.start <= days.to) rows.push_back(document.row);
    return rows;
}

/// Takes `count` of the rows, or all where there are fewer.
std::vector<RowId> picked(std::vector<RowId> rows, std::size_t count, std::size_t seed) {
    Draw draw(seed, {purpose::kPick});
    count = std::min(count, rows.size());
    for (std::size_t i = 0; i < count; ++i)
        std::swap(rows[i], rows[i + draw.next() % (rows.size() - i)]);
    rows.resize(count);
    return rows;
}

HttpReply scripted_reply(HttpRequest const& request) {
    HttpReply reply;
    reply.status = static_cast<int>(count_or(request, "status", 200));
    reply.body = request.body;
    if (request.parameters.contains("content_type")) reply.content_type = request.parameter("content_type");
    auto const [first, last] = request.parameters.equal_range("header");
    for (auto header = first; header != last; ++header) {
        std::size_t const colon = header->second.find(':');
        if (colon == std::string::npos) throw BadControl("header must be NAME:VALUE");
        reply.headers.emplace_back(header->second.substr(0, colon), header->second.substr(colon + 1));
    }
    return reply;
}

void write_entry(JsonWriter& json, Ledger::Key const& key, Ledger::Entry const& entry,
                 std::string_view period) {
    json.begin_object();
    if (!period.empty()) json.key(period).string(to_text(key.first).substr(0, period == "month" ? 7 : 10));
    json.key("currency")
        .string(key.second)
        .key("rows")
        .number(entry.rows)
        .key("documents")
        .number(entry.documents);
    for (auto const& [name, sum] : entry.sums)
        json.key(name).string(to_text(sum));
    json.end_object();
}

void write_entries(JsonWriter& json, std::string_view name,
                   std::map<Ledger::Key, Ledger::Entry> const& entries, std::string_view period) {
    json.key(name).begin_array();
    for (auto const& [key, entry] : entries)
        write_entry(json, key, entry, period);
    json.end_array();
}

} // namespace

HttpReply ControlApi::answer(HttpRequest const& request) try {
    std::string_view const what = std::string_view(request.path).substr(kPrefix.size());
    bool const post = request.method == "POST";
    if (!post && what == "ledger") return ledger(request);
    if (!post && what == "accounts") return accounts(request);
    if (!post && what == "requests") return requests();
    if (post && what == "today") return set_today(request);
    if (post && (what == "restate" || what == "remove" || what == "add")) return amend(request, what);
    if (post && what == "rename") return rename(request);
    if (post && what == "fail") return fail(request);
    if (post && what == "heal") return heal();
    if (post && what == "forget_requests") return forget_requests();
    return problem(404, "no such control");
} catch (BadControl const& bad) {
    return problem(400, bad.what());
}

HttpReply ControlApi::set_today(HttpRequest const& request) {
    if (request.parameter("date") == "clock")
        service_.today_.reset();
    else
        service_.today_ = required_date(request, "date");
    return done(1);
}

HttpReply ControlApi::amend(HttpRequest const& request, std::string_view how) {
    Days const days = days_of(request);
    std::size_t const count = count_or(request, "rows", 1);
    bool const guance = vendor_of(request) == Vendor::guance;
    Amendments& amendments = guance ? service_.guance_.amendments() : service_.ocamba_.amendments();
    if (how == "add") {
        for (std::size_t i = 0; i < count; ++i)
            amendments.add_late(days.from +
                                std::chrono::days(i) % ((days.to - days.from) + std::chrono::days(1)));
        return done(count);
    }
    auto const rows = picked(guance ? guance_rows(service_.guance_, days, service_.guance_today())
                                    : ocamba_rows(service_.ocamba_, days, service_.ocamba_today()),
                             count, count_or(request, "seed", 1));
    for (RowId const& row : rows)
        if (how == "restate")
            amendments.restate(row);
        else
            amendments.remove(row);
    return done(rows.size());
}

HttpReply ControlApi::rename(HttpRequest const& request) {
    Amendments& amendments =
        vendor_of(request) == Vendor::guance ? service_.guance_.amendments() : service_.ocamba_.amendments();
    amendments.rename(required_text(request, "account"),
                      date_or(request, "from", Date(std::chrono::days(-100'000))),
                      required_text(request, "name"));
    return done(1);
}

HttpReply ControlApi::fail(HttpRequest const& request) {
    FailureScript script;
    script.path_prefix = required_text(request, "path");
    script.query_part = request.parameter("query");
    script.skip = count_or(request, "skip", 0);
    script.times = std::max<std::size_t>(1, count_or(request, "times", 1));
    script.delay = std::chrono::milliseconds(count_or(request, "delay_ms", 0));
    script.reset = request.parameter("reset") == "1";
    if (request.parameters.contains("cut_after")) script.cut_after = count_or(request, "cut_after", 0);
    if (request.parameters.contains("status") || !request.body.empty())
        script.reply = scripted_reply(request);
    service_.scripts_.add(std::move(script));
    return done(service_.scripts_.pending());
}

HttpReply ControlApi::heal() {
    std::size_t const pending = service_.scripts_.pending();
    service_.scripts_.clear();
    return done(pending);
}

HttpReply ControlApi::ledger(HttpRequest const& request) {
    Days const days = days_of(request);
    bool const guance = vendor_of(request) == Vendor::guance;
    Ledger const ledger = guance ? service_.guance_.ledger(days.from, days.to, service_.guance_today())
                                 : service_.ocamba_.ledger(days.from, days.to, service_.ocamba_today());
    JsonWriter json;
    json.begin_object();
    write_entries(json, "totals", ledger.totals(), "");
    write_entries(json, "months", ledger.months(), "month");
    write_entries(json, "days", ledger.days(), "day");
    json.end_object();
    return json_reply(json);
}

HttpReply ControlApi::accounts(HttpRequest const& request) {
    JsonWriter json;
    json.begin_array();
    auto const write = [&](std::string_view id, std::string_view name) {
        json.begin_object().key("id").string(id).key("name").string(name).end_object();
    };
    if (vendor_of(request) == Vendor::guance)
        for (Workspace const& workspace : service_.guance_.workspaces())
            write(workspace.uuid, workspace.name);
    else
        for (App const& app : service_.ocamba_.apps())
            write(app.id, app.title);
    json.end_array();
    return json_reply(json);
}

HttpReply ControlApi::requests() {
    JsonWriter json;
    json.begin_object().key("count").number(service_.received_.size()).key("requests").begin_array();
    for (ReceivedRequest const& request : service_.received_) {
        json.begin_object().key("path").string(request.path).key("query").string(request.query);
        json.key("status").number(std::to_string(request.status)).end_object();
    }
    json.end_array().end_object();
    return json_reply(json);
}

HttpReply ControlApi::forget_requests() {
    std::size_t const count = service_.received_.size();
    service_.received_.clear();
    return done(count);
}

} // namespace billhouse::vendor
