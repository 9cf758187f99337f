#pragma once

#include "load/pg_session.hpp"

#include <string>

namespace billhouse {

/// "billhouse run guance (backend 1234 on host 10.0.0.5, since 2026-03-01 02:30:00+00)" from a row of pid,
/// application_name, client_addr and time; what the server does not show to this role is told as such.
std::string name_holder(Rows::Row const& row);

} // namespace billhouse
