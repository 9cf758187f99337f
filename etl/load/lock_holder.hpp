#pragma once

#include "load/pg_session.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// "schema.table" of each table that a statement may have waited for: what its text and its values name.
std::vector<std::string> named_relations(std::string_view sql, std::vector<SqlValue> const& values);

/// Who most likely kept a statement waiting: "wh.fact_charge is held by psql (backend 4711 on ...)". Looks
/// now, after the wait: somebody who has let go since is not found.
/// @param session  without an open transaction
std::optional<std::string> lock_holder(PgSession& session, std::vector<std::string> const& relations);

} // namespace billhouse
