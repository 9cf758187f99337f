#pragma once

#include "base/clock.hpp"
#include "load/pg_session.hpp"

namespace billhouse {

/// Holds this machine's clock against the database's. Which days are over, and so how far a watermark may go,
/// hangs on the clock: with one that is years ahead, days to come would be read, found empty and closed.
/// @throws Error(config)  they differ by more than a day
void require_same_day(PgSession& session, Clock const& clock);

} // namespace billhouse
