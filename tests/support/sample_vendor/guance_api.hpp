#pragma once

#include "support/sample_vendor/guance_model.hpp"
#include "support/sample_vendor/http_messages.hpp"
#include "support/sample_vendor/rate_limit.hpp"

#include <string>
#include <string_view>

namespace billhouse::vendor {

struct GuanceAccess {
    std::string key = "sample-guance-key";
    int requests_a_minute = 0;     ///< the real limit is 20; 0 = none
    std::string item_key = "tag6"; ///< newer sites say "billingKey"
};

/// GET /api/v1/billing/detail/list as documented. Source: the vendor's page and, for error codes and their
/// HTTP status, its "public error definition" page. The code of a missing parameter is not documented.
class GuanceApi {
public:
    GuanceApi(GuanceAccess access, GuanceModel const& model)
        : access_(std::move(access)), model_(model), limit_(access_.requests_a_minute) {}

    static constexpr std::string_view kPath = "/api/v1/billing/detail/list";

    /// @param today  the vendor's calendar
    HttpReply answer(HttpRequest const& request, Date today);
    /// The documents' own sample response, verbatim, for a range with its day in it; an empty list for any
    /// other range.
    HttpReply answer_documented(HttpRequest const& request);

private:
    /// What stands in the way of an answer: key, limit, parameters.
    std::optional<HttpReply> refusal(HttpRequest const& request);
    HttpReply envelope(int status, std::string_view error_code, std::string_view message,
                       std::string content);
    std::string next_trace_id();

    GuanceAccess access_;
    GuanceModel const& model_;
    RateLimit limit_;
    std::uint64_t answers_ = 0;
};

} // namespace billhouse::vendor
