#include "run/vendor_source.hpp"

namespace billhouse {

VendorSource::VendorSource(RunContext& context, JobDefinition const& job)
    : context_(context), transport_(context.transport(job.http)),
      client_(job.http, context.secrets(job), *transport_, context.clock, context.random, context.log) {}

SeriesSource VendorSource::series() {
    return [this](StreamTask const& task, Date from, Date to) {
        return read_series({task.job, task.stream, task.partition, from, to}, client_, context_.log,
                           context_.stop);
    };
}

} // namespace billhouse
