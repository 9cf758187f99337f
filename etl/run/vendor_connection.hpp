#pragma once

#include "fetch/vendor_client.hpp"
#include "run/run_context.hpp"

#include <memory>

namespace billhouse {

/// A job's secrets, tokens and pace for one run. Context and job must outlive it.
/// @param in_flight  requests that may be under way at the same time
/// @throws Error(config)  a secret cannot be read
VendorAccess vendor_access(RunContext& context, JobDefinition const& job, int in_flight = 1);

/// A way to a job's vendor, for one thread. Context and job must outlive it.
class VendorConnection {
public:
    /// The only one of its run.
    /// @throws Error(config)  a secret cannot be read
    VendorConnection(RunContext& context, JobDefinition const& job);
    /// One of several.
    VendorConnection(RunContext& context, JobDefinition const& job, VendorAccess access);
    VendorConnection(VendorConnection const&) = delete;
    VendorConnection& operator=(VendorConnection const&) = delete;

    VendorClient& client() { return client_; }
    FetchCounters const& counters() const { return client_.counters(); }
    /// The client's own log: its context is on the client's lines.
    Log& log() { return log_; }

private:
    Log log_;
    std::unique_ptr<HttpTransport> transport_;
    VendorClient client_;
};

} // namespace billhouse
