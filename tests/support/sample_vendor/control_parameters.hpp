#pragma once

#include "support/sample_vendor/calendar.hpp"
#include "support/sample_vendor/http_messages.hpp"

#include <stdexcept>
#include <string>

namespace billhouse::vendor {

/// A control request that makes no sense; its text is the answer.
class BadControl : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class Vendor { guance, ocamba };

Vendor vendor_of(HttpRequest const& request);
/// @throws BadControl where the parameter is missing or no such value
Date required_date(HttpRequest const& request, std::string const& name);
Date date_or(HttpRequest const& request, std::string const& name, Date otherwise);
std::string required_text(HttpRequest const& request, std::string const& name);
std::size_t count_or(HttpRequest const& request, std::string const& name, std::size_t otherwise);

/// The days that a control request is about: "day", or "from" and "to", both included.
struct Days {
    Date from, to;
};
Days days_of(HttpRequest const& request);

} // namespace billhouse::vendor
