#include "run/clock_check.hpp"

#include "base/date_time.hpp"
#include "base/error.hpp"

#include "run_sql.hpp"

#include <fmt/format.h>

namespace billhouse {

void require_same_day(PgSession& session, Clock const& clock) {
    auto const rows = session.run(run_sql::database_clock);
    Instant const theirs{std::chrono::seconds(integer(rows[0][0]))};
    auto const ours = std::chrono::floor<std::chrono::seconds>(clock.now());
    if (std::chrono::abs(ours - theirs) <= std::chrono::days(1)) return;
    throw Error(ErrorKind::config,
                fmt::format("this machine's clock says {}, the database's {}", to_string(Instant(ours)),
                            to_string(theirs)),
                "Set the one that is wrong; which days are due hangs on it, so nothing was read.");
}

} // namespace billhouse
