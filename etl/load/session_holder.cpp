#include "load/session_holder.hpp"

#include <fmt/format.h>

namespace billhouse {

std::string name_holder(Rows::Row const& row) {
    auto const application = row[1].value_or("");
    auto const host = row[2] ? fmt::format("host {}", *row[2]) : std::string("the database's own host");
    auto const since = row[3] ? fmt::format(", since {}", row[3]->substr(0, 19)) : std::string();
    return fmt::format("{} (backend {} on {}{})",
                       application.empty() ? "a session of another role" : application, row[0].value_or("?"),
                       host, since);
}

} // namespace billhouse
