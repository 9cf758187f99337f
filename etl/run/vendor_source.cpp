#include "run/vendor_source.hpp"

#include <algorithm>

namespace billhouse {

namespace {

/// Windows that are read at the same time even where the vendor takes one request after the other: while
/// one's answer is decoded, another's comes.
constexpr int kReaders = 2;

} // namespace

VendorSource::VendorSource(RunContext& context, JobDefinition const& job, int in_flight)
    : context_(context), job_(job), at_once_(std::max(in_flight, kReaders)),
      access_(vendor_access(context, job, in_flight)) {
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
