#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "fetch/http_transport.hpp"
#include "fetch/retry_policy.hpp"
#include "fetch/vendor_client.hpp"
#include "job/job_definition.hpp"
#include "run/warehouse.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace billhouse {

/// What every command that loads needs from outside. All but the warehouse is safe to use from several
/// threads.
struct RunContext {
    Warehouse& warehouse;
    Clock& clock;
    Log& log;
    std::stop_token stop;
    RandomShare random;
    std::function<std::unique_ptr<HttpTransport>(HttpSettings const&)> transport;
    std::function<std::vector<ResolvedAuth>(JobDefinition const&)> secrets;
};

} // namespace billhouse
