#pragma once

#include "support/sample_vendor/failure_scripts.hpp"
#include "support/sample_vendor/guance_api.hpp"
#include "support/sample_vendor/ocamba_api.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace billhouse::vendor {

struct ServiceSettings {
    GuanceSettings guance_model;
    OcambaSettings ocamba_model;
    GuanceAccess guance_access;
    OcambaAccess ocamba_access;
    std::optional<Date> today; ///< of both vendors; empty = the clock, Shanghai's for Guance, GMT for Ocamba
};

/// A vendor request that was received. Headers are not kept: they hold the key.
struct ReceivedRequest {
    std::string path, query;
    int status = 0; ///< 0 = the connection was reset
};

/// Both vendors behind one address: /guance, /ocamba, the documents' samples under /documented and
/// /documented-total, and the control interface under /_control.
class Service {
public:
    explicit Service(ServiceSettings settings);

    /// Safe to call from several threads.
    HttpReply answer(HttpRequest const& request);

private:
    friend class ControlApi;

    HttpReply vendor_reply(HttpRequest const& request);
    HttpReply struck(FailureScript const& script, HttpRequest const& request);
    Date guance_today() const { return today_.value_or(today_at(std::chrono::hours(8))); }
    Date ocamba_today() const { return today_.value_or(today_at(std::chrono::hours(0))); }

    std::mutex mutex_;
    std::optional<Date> today_;
    GuanceModel guance_;
    OcambaModel ocamba_;
    GuanceApi guance_api_;
    OcambaApi ocamba_api_;
    FailureScripts scripts_;
    std::vector<ReceivedRequest> received_;
};

} // namespace billhouse::vendor
