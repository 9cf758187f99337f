#pragma once

#include "support/sample_vendor/http_messages.hpp"
#include "support/sample_vendor/ocamba_model.hpp"
#include "support/sample_vendor/rate_limit.hpp"

#include <string>
#include <string_view>

namespace billhouse::vendor {

struct OcambaAccess {
    std::string token = "sample-ocamba-token";
    int requests_a_minute = 0; ///< 0 = none
};

/// GET /v2/ocamba/usage as documented: page=N,M, view, sort, and app_id and id as filters. The other
/// parameters of the page are refused, so that nobody takes an unfiltered answer for a filtered one. Page
/// size and its cap are not documented.
class OcambaApi {
public:
    OcambaApi(OcambaAccess access, OcambaModel const& model)
        : access_(std::move(access)), model_(model), limit_(access_.requests_a_minute) {}

    static constexpr std::string_view kPath = "/v2/ocamba/usage";
    static constexpr std::size_t kDefaultPageSize = 20, kLargestPageSize = 100;

    /// @param today  the vendor's calendar, GMT
    HttpReply answer(HttpRequest const& request, Date today);
    /// The documents' own sample responses, verbatim, as page 1; later pages are empty.
    /// @param with_true_total  corrects the total of the full view's sample
    HttpReply answer_documented(HttpRequest const& request, bool with_true_total);

private:
    /// What stands in the way of an answer: token, limit, parameters.
    std::optional<HttpReply> refusal(HttpRequest const& request);
    HttpReply with_limit_headers(std::string body) const;
    HttpReply error(int status, std::string_view title, std::string_view message);

    OcambaAccess access_;
    OcambaModel const& model_;
    RateLimit limit_;
    std::uint64_t errors_ = 0;
};

} // namespace billhouse::vendor
