#pragma once

#include "base/error.hpp"
#include "fetch/http_transport.hpp"
#include "job/http_definition.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhouse {

/// As messages name a URL: its query may hold a secret.
std::string_view without_query(std::string_view url);

/// "HTTP 401: errorCode is 'ft.InvalidAPIKey'". @param details  cut to 512 printable bytes; may be empty
std::string status_text(HttpResponse const& response, std::string_view details);

/// " (trace id ...)", or nothing where the vendor gave none.
std::string trace_text(std::string_view trace_id);

/// What an error says of an answer that ends the request: its status and details, a redirect's target, the
/// trace id.
std::string final_text(HttpResponse const& response, std::string_view details, std::string_view trace_id);

/// What to do where the vendor accepts none of these credentials.
std::string credential_hint(std::vector<AuthRule> const& auth);

/// What to do after the last attempt.
std::string hint_when_exhausted(ErrorKind kind);

/// Counts equal reasons: "5 attempts: 3 x HTTP 500, 2 x connection reset".
class ReasonTally {
public:
    void add(std::string const& reason);
    std::string text(int attempts) const;

private:
    std::vector<std::pair<std::string, int>> counts_; ///< in the order of their first appearance
};

} // namespace billhouse
