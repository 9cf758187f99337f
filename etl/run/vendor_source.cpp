#include "run/vendor_source.hpp"

namespace billhouse {

VendorSource::VendorSource(RunContext& context, JobDefinition const& job)
    : context_(context), connection_(context, job) {}

SeriesSource VendorSource::series() {
    return [this](StreamTask const& task, Date from, Date to) {
        return read_series({task.job, task.stream, task.partition, from, to}, client(), context_.log,
                           context_.stop);
    };
}

} // namespace billhouse
