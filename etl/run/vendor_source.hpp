#pragma once

#include "run/run_context.hpp"
#include "run/stream_load.hpp"
#include "run/vendor_connection.hpp"

namespace billhouse {

/// The vendor of a job, asked by one client that all streams share, so that its pace holds for them together.
class VendorSource {
public:
    /// @throws Error(config, refused)  a secret cannot be read
    VendorSource(RunContext& context, JobDefinition const& job);
    VendorClient& client() { return connection_.client(); }
    /// Reads windows over HTTP. Valid as long as this object.
    SeriesSource series();

private:
    RunContext& context_;
    VendorConnection connection_;
};

} // namespace billhouse
