#pragma once

#include "support/sample_vendor/http_messages.hpp"

#include <string>
#include <string_view>

namespace billhouse::vendor {

class Service;

/// How a test steers the vendors and reads their books; parameters in the query, answers in JSON. See
/// tests/README.md.
class ControlApi {
public:
    static constexpr std::string_view kPrefix = "/_control/";

    explicit ControlApi(Service& service) : service_(service) {}

    HttpReply answer(HttpRequest const& request);

private:
    HttpReply set_today(HttpRequest const& request);
    HttpReply amend(HttpRequest const& request, std::string_view how);
    HttpReply rename(HttpRequest const& request);
    HttpReply fail(HttpRequest const& request);
    HttpReply heal();
    HttpReply ledger(HttpRequest const& request);
    HttpReply accounts(HttpRequest const& request);
    HttpReply requests();
    HttpReply forget_requests();

    Service& service_;
};

} // namespace billhouse::vendor
