#pragma once

#include "support/sample_vendor/http_messages.hpp"

#include <optional>
#include <string>
#include <vector>

namespace billhouse::vendor {

/// A failure that was ordered through the control interface.
struct FailureScript {
    std::string path_prefix;        ///< of the requests it strikes
    std::string query_part;         ///< and this text in their query; empty = any
    std::size_t skip = 0;           ///< lets so many matching requests pass first
    std::size_t times = 1;          ///< then strikes so many
    std::optional<HttpReply> reply; ///< instead of the vendor's own answer; empty = only spoils that one:
    std::chrono::milliseconds delay{0};
    std::optional<std::size_t> cut_after;
    bool reset = false;
};

class FailureScripts {
public:
    void add(FailureScript script) { scripts_.push_back(std::move(script)); }
    void clear() { scripts_.clear(); }
    std::size_t pending() const { return scripts_.size(); }
    /// The failure that strikes this request, in the order of their arrival; counts it as used.
    std::optional<FailureScript> strike(HttpRequest const& request);

private:
    std::vector<FailureScript> scripts_;
};

} // namespace billhouse::vendor
