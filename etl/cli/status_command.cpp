#include "cli/commands.hpp"
#include "report/status.hpp"
#include "state/migrator.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace billhouse {

int status_command(App& app) {
    auto const configuration = read_configuration(app);
    std::vector<std::string> expected;
    for (auto const* job : selected_jobs(app, configuration))
        for (auto const& stream : job->streams)
            expected.push_back(job->name + "." + stream.name);
    auto warehouse = open_warehouse(app, configuration, "status");
    Migrator(warehouse.session(), embedded_migrations()).require_current();
    auto const streams = read_status(warehouse.session(), expected, app.options.jobs, app.options.until);
    fmt::print("{}", app.options.json ? status_json(streams) : status_table(streams));
    return exit_code(streams);
}

} // namespace billhouse
