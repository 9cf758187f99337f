#pragma once

#include "run/run_context.hpp"

#include <string>
#include <vector>

namespace billhouse {

/// The partitions of one run of a stream: those of the job file, or those that the vendor lists now, distinct
/// and sorted. {""} for a stream without partitions; none, with a warning, where the vendor lists none.
/// @param client  needed only where the vendor lists them
/// @throws Error, Stopped  the list could not be read whole: a part of it must not pass for all
std::vector<std::string> partitions_of(RunContext& context, JobDefinition const& job,
                                       StreamDefinition const& stream, VendorClient* client);

} // namespace billhouse
