#include "state/acceptance.hpp"

#include "state/host_name.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace billhouse {

namespace {

std::string user_name() {
    auto const* const entry = getpwuid(geteuid());
    return entry != nullptr ? entry->pw_name : fmt::format("uid {}", geteuid());
}

} // namespace

void store_acceptance(PgSession& session, SliceId const& slice, std::int64_t run_id, std::string_view kind,
                      std::string const& what, Acceptance const& acceptance) {
    session.run(state_sql::acceptance_store,
                {slice.stream_id, slice.scope, to_string(slice.from), to_string(slice.to), run_id, kind, what,
                 acceptance.reason, acceptance.accepted_by});
}

std::vector<HeldSlice> held_slices(PgSession& session) {
    std::vector<HeldSlice> held;
    for (auto const& row : session.run(state_sql::held_slices))
        held.push_back({row[0].value(), row[1].value(), row[2].value(), row[3].value_or("")});
    return held;
}

std::string current_person() {
    auto const user = user_name();
    auto const* const behind_sudo = std::getenv("SUDO_USER");
    if (behind_sudo == nullptr || *behind_sudo == '\0' || behind_sudo == user)
        return fmt::format("{}@{}", user, host_name());
    return fmt::format("{}@{} as {}", behind_sudo, host_name(), user);
}

} // namespace billhouse
