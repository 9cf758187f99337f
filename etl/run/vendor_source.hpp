#pragma once

#include "run/run_context.hpp"
#include "run/stream_load.hpp"
#include "run/vendor_connection.hpp"

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace billhouse {

/// The vendor of a job, asked over connections that share pace and secrets, whatever the stream.
class VendorSource {
public:
    /// @param in_flight  requests that may be under way at the same time
    /// @throws Error(config, refused)  a secret cannot be read
    VendorSource(RunContext& context, JobDefinition const& job, int in_flight);
    /// For calls beside the windows', while none is read.
    VendorClient& client() { return connections_.front().client(); }
    /// Of all connections together, while none is read.
    FetchCounters counters() const;
    /// Reads windows over HTTP. Valid as long as this object.
    SeriesSource series();

private:
    struct GiveBack {
        VendorSource* source;
        void operator()(VendorConnection* connection) const { source->give_back(connection); }
    };
    using Borrowed = std::unique_ptr<VendorConnection, GiveBack>;

    Borrowed borrow();
    void give_back(VendorConnection* connection);
    SeriesRead read(StreamTask const& task, Date from, Date to, std::stop_token const& stop);

    RunContext& context_;
    JobDefinition const& job_;
    int at_once_;
    VendorAccess access_;
    std::mutex mutex_; ///< of what follows
    std::deque<VendorConnection> connections_;
    std::vector<VendorConnection*> idle_;
};

} // namespace billhouse
