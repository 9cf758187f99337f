#include "support/sample_vendor_process.hpp"

#include <stdexcept>

namespace billhouse {

namespace {

Command command(std::string const& binary, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--with-parent", "--port", "0"});
    return {binary, std::move(arguments), {}, {}};
}

std::string parameter(std::string const& name, std::string const& value) {
    return '&' + name + '=' + url_encoded(value);
}

std::string text_of(HttpAnswer const& answer, std::string const& what) {
    if (answer.status != 200)
        throw std::runtime_error("control " + what + " answers " + std::to_string(answer.status) + ": " +
                                 answer.body);
    return answer.body;
}

} // namespace

SampleVendorProcess::SampleVendorProcess(std::string const& binary, std::vector<std::string> arguments)
    : process_(command(binary, std::move(arguments))) {
    std::string const line = process_.wait_for_line("listening on ");
    address_ = line.substr(line.find("http://"));
}

HttpAnswer SampleVendorProcess::guance(std::string const& first, std::string const& last) const {
    return get("/guance/api/v1/billing/detail/list?startDate=" + first + "&endDate=" + last,
               {{"DF-API-KEY", kGuanceKey}});
}

HttpAnswer SampleVendorProcess::ocamba(std::string const& query) const {
    return get("/ocamba/v2/ocamba/usage?" + query,
               {{"Authorization", std::string("Bearer ") + kOcambaToken}});
}

HttpAnswer SampleVendorProcess::get(std::string const& target, HttpHeaders const& headers) const {
    return http_get(address_, target, headers);
}

JsonValue SampleVendorProcess::control_get(std::string const& what) const {
    return parse_json(text_of(get("/_control/" + what), what));
}

std::size_t SampleVendorProcess::control(std::string const& what, std::string const& body) const {
    JsonValue const answer = parse_json(text_of(http_post(address_, "/_control/" + what, body), what));
    return std::stoul(answer["done"].text);
}

void SampleVendorProcess::set_today(std::string const& date) const {
    control("today?date=" + date);
}

std::size_t SampleVendorProcess::amend(std::string const& how, std::string const& vendor,
                                       std::string const& from, std::string const& to, std::size_t rows,
                                       int seed) const {
    return control(how + "?vendor=" + vendor + "&from=" + from + "&to=" + to +
                   "&rows=" + std::to_string(rows) + "&seed=" + std::to_string(seed));
}

std::size_t SampleVendorProcess::restate(std::string const& vendor, std::string const& from,
                                         std::string const& to, std::size_t rows, int seed) const {
    return amend("restate", vendor, from, to, rows, seed);
}

std::size_t SampleVendorProcess::remove(std::string const& vendor, std::string const& from,
                                        std::string const& to, std::size_t rows, int seed) const {
    return amend("remove", vendor, from, to, rows, seed);
}

std::size_t SampleVendorProcess::add_late(std::string const& vendor, std::string const& from,
                                          std::string const& to, std::size_t rows) const {
    return amend("add", vendor, from, to, rows, 1);
}

void SampleVendorProcess::rename(std::string const& vendor, std::string const& account,
                                 std::string const& name, std::string const& from) const {
    std::string what = "rename?vendor=" + vendor + parameter("account", account) + parameter("name", name);
    control(from.empty() ? what : what + parameter("from", from));
}

void SampleVendorProcess::fail(VendorFailure const& failure) const {
    std::string what = "fail?path=" + url_encoded(failure.path) + parameter("query", failure.query) +
                       parameter("skip", std::to_string(failure.skip)) +
                       parameter("times", std::to_string(failure.times)) +
                       parameter("delay_ms", std::to_string(failure.delay_ms)) +
                       parameter("content_type", failure.content_type);
    if (failure.status) what += parameter("status", std::to_string(*failure.status));
    for (std::string const& header : failure.headers)
        what += parameter("header", header);
    if (failure.cut_after) what += parameter("cut_after", std::to_string(*failure.cut_after));
    control(failure.reset ? what + "&reset=1" : what, failure.body);
}

void SampleVendorProcess::heal() const {
    control("heal");
}

JsonValue SampleVendorProcess::ledger(std::string const& vendor, std::string const& from,
                                      std::string const& to) const {
    return control_get("ledger?vendor=" + vendor + "&from=" + from + "&to=" + to);
}

JsonValue SampleVendorProcess::accounts(std::string const& vendor) const {
    return control_get("accounts?vendor=" + vendor);
}

JsonValue SampleVendorProcess::requests() const {
    return control_get("requests");
}

std::size_t SampleVendorProcess::request_count() const {
    return std::stoul(requests()["count"].text);
}

void SampleVendorProcess::forget_requests() const {
    control("forget_requests");
}

} // namespace billhouse
