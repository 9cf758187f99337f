#pragma once

#include "fetch/vendor_client.hpp"
#include "run/run_context.hpp"

#include <memory>

namespace billhouse {

/// A job's way to its vendor for one run: transport, secrets, tokens and pace. Both arguments must outlive
/// it.
class VendorConnection {
public:
    /// @throws Error(config)  a secret cannot be read
    VendorConnection(RunContext& context, JobDefinition const& job);
    VendorClient& client() { return client_; }

private:
    std::unique_ptr<HttpTransport> transport_;
    VendorClient client_;
};

} // namespace billhouse
