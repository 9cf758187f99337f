#include "cli/commands.hpp"
#include "report/status.hpp"
#include "state/migrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace billhouse {

int status_command(App& app) {
    auto const configuration = read_configuration(app);
    if (!app.options.jobs.empty()) selected_jobs(app, configuration); // refuses unknown names
    auto warehouse = open_warehouse(app, configuration, "status");
    Migrator(warehouse.session(), embedded_migrations()).require_current();
    auto const streams = read_status(warehouse.session(), app.options.jobs);
    fmt::print("{}", app.options.json ? status_json(streams) : status_table(streams));
    return std::ranges::all_of(streams, &StreamStatus::healthy) ? 0 : static_cast<int>(ErrorKind::data);
}

} // namespace billhouse
