#include "cli/commands.hpp"
#include "state/migrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace billhouse {

namespace {

void print_status(Migrator& migrator) {
    auto const pending = migrator.pending();
    auto const applied = migrator.applied();
    std::size_t width = 0;
    for (auto const& migration : migrator.known())
        width = std::max(width, migration.file_name.size());
    for (auto const& migration : migrator.known()) {
        auto const done = std::ranges::find_if(applied, [&](AppliedMigration const& one) {
            return one.file_name == migration.file_name && one.checksum == migration.checksum;
        });
        fmt::print("{:{}}  {}\n", migration.file_name, width,
                   done == applied.end() ? "pending" : "applied " + done->applied_at);
    }
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
    for (auto const& file : applied)
        app.log.info("applied", {{"file", file}});
    if (applied.empty()) app.log.info("the warehouse is up to date, nothing was changed");
    return 0;
}

} // namespace billhouse
