#pragma once

#include "base/date_time.hpp"
#include "fetch/paginator.hpp"
#include "job/job_definition.hpp"

#include <vector>

namespace billhouse {

/// What one series of pages asks for.
struct RequestWindow {
    Instant from, to; ///< `to` exclusive
    friend bool operator==(RequestWindow const&, RequestWindow const&) = default;
};

/// The windows in which a vendor is asked for [from, to), days of `zone`: one, or pieces of at most
/// window.request_step, without gaps or overlaps. Pieces of hours follow the clock of `zone` where requests
/// write its time of day (an hour that comes twice is asked for once, whole), and elapsed time where they
/// write instants.
std::vector<RequestWindow> request_windows(StreamDefinition const& stream, Zone const& zone, Date from,
                                           Date to);

/// The proofs of all pieces in one text: "24 series: 23 x total 5 reached, empty page 2".
EndProof joined_proof(std::vector<EndProof> const& proofs);

} // namespace billhouse
