#pragma once

#include "run/job_load.hpp"

#include <cstdint>
#include <optional>

namespace billhouse {

/// Which slices a replay maps again.
struct ReplayScope {
    std::optional<Date> from, to;       ///< slices that begin in [from, to)
    std::optional<std::int64_t> run_id; ///< only pages that this run stored
    bool rejects_only = false;          ///< only slices with open rejects
    /// The identity has changed: every line vanishes under its old key and comes back under the new one. All
    /// slices or none.
    std::optional<Acceptance> rebuild;
};

/// Runs stored pages through today's mapping and loads what differs, without asking the vendor. The ledger's
/// word on what the vendor has stays as it is; so does the watermark. Slices whose pages are not kept any
/// more are passed over with a warning.
/// @throws Stopped
JobReport run_replay(RunContext& context, JobDefinition const& job, ReplayScope const& scope);

} // namespace billhouse
