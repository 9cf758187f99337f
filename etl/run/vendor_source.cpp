#include "run/vendor_source.hpp"

namespace billhouse {

VendorSource::VendorSource(RunContext& context, JobDefinition const& job, int at_once)
    : context_(context), job_(job), at_once_(at_once), access_(vendor_access(context, job)) {
    idle_.push_back(&connections_.emplace_back(context_, job_, access_));
}

FetchCounters VendorSource::counters() const {
    FetchCounters sum;
    for (auto const& connection : connections_)
        sum += connection.counters();
    return sum;
}

SeriesSource VendorSource::series() {
    return {[this](StreamTask const& task, Date from, Date to, std::stop_token const& stop) {
                return read(task, from, to, stop);
            },
            at_once_};
}

SeriesRead VendorSource::read(StreamTask const& task, Date from, Date to, std::stop_token const& stop) {
    auto const connection = borrow();
    auto& log = connection->log();
    LogContext const run(log, "run", std::to_string(task.run_id)); // younger than the first connection
    LogContext const stream(log, "stream", label(task));
    LogContext const slice(log, "slice", to_string(from));
    return read_series({task.job, task.stream, task.partition, from, to}, connection->client(), log, stop);
}

VendorSource::Borrowed VendorSource::borrow() {
    std::lock_guard const lock(mutex_);
    if (idle_.empty()) idle_.push_back(&connections_.emplace_back(context_, job_, access_));
    auto* const connection = idle_.back();
    idle_.pop_back();
    return {connection, GiveBack{this}};
}

void VendorSource::give_back(VendorConnection* connection) {
    std::lock_guard const lock(mutex_);
    idle_.push_back(connection);
}

} // namespace billhouse
