#include "cli/commands.hpp"
#include "state/migrator.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace billhouse {

namespace {

void print_status(Migrator& migrator) {
    for (auto const& done : migrator.applied())
        fmt::print("{:04} {:40} applied {}\n", done.version, done.title, done.applied_at);
    auto const pending = migrator.pending();
    auto const& known = migrator.known();
    for (auto i = known.size() - static_cast<std::size_t>(pending); i < known.size(); ++i)
        fmt::print("{:04} {:40} pending\n", known[i].version, known[i].title);
    fmt::print("{}\n", pending == 0 ? "the warehouse is up to date" : fmt::format("{} pending", pending));
}

} // namespace

int migrate_command(App& app) {
    auto const configuration = read_configuration(app);
    auto warehouse = open_warehouse(app, configuration, "migrate");
    Migrator migrator(warehouse.session(), embedded_migrations());
    if (app.options.status_only) {
        print_status(migrator);
        return 0;
    }
    auto const applied = migrator.migrate();
    for (auto const version : applied)
        app.log.info("migration applied", {{"version", fmt::format("{:04}", version)}});
    if (applied.empty()) app.log.info("the warehouse is up to date, nothing was changed");
    return 0;
}

} // namespace billhouse
