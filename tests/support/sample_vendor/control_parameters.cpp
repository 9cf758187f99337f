#include "support/sample_vendor/control_parameters.hpp"

#include <charconv>

namespace billhouse::vendor {

Vendor vendor_of(HttpRequest const& request) {
    std::string const name = required_text(request, "vendor");
    if (name == "guance") return Vendor::guance;
    if (name == "ocamba") return Vendor::ocamba;
    throw BadControl("vendor must be guance or ocamba");
}

Date required_date(HttpRequest const& request, std::string const& name) {
    if (auto const date = parse_date(required_text(request, name))) return *date;
    throw BadControl(name + " must be a date such as 2026-03-01");
}

Date date_or(HttpRequest const& request, std::string const& name, Date otherwise) {
    return request.parameters.contains(name) ? required_date(request, name) : otherwise;
}

std::string required_text(HttpRequest const& request, std::string const& name) {
    std::string text = request.parameter(name);
    if (text.empty()) throw BadControl("parameter " + name + " is missing");
    return text;
}

std::size_t count_or(HttpRequest const& request, std::string const& name, std::size_t otherwise) {
    if (!request.parameters.contains(name)) return otherwise;
    std::string const text = request.parameter(name);
    std::size_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw BadControl(name + " must be a whole number");
    return value;
}

Days days_of(HttpRequest const& request) {
    if (request.parameters.contains("day")) {
        Date const day = required_date(request, "day");
        return {day, day};
    }
    return {required_date(request, "from"), required_date(request, "to")};
}

} // namespace billhouse::vendor
