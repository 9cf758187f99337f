#include "base/whole_file.hpp"
#include "cli/commands.hpp"
#include "report/report_page.hpp"
#include "state/migrator.hpp"

#include <fmt/format.h>

namespace billhouse {

int report_command(App& app) {
    auto const configuration = read_configuration(app);
    // before the work, so that a mistyped folder is told at once
    WholeFile file(*app.options.output_file);
    auto warehouse = open_warehouse(app, configuration, "report");
    Migrator(warehouse.session(), embedded_migrations()).require_current();
    auto const now = app.clock.now();
    auto const until = app.options.until.value_or(std::chrono::floor<std::chrono::days>(now));
    auto const begun = app.clock.steady_now();
    auto const page = report_page(read_report(warehouse.session(), until, to_string(now)));
    file.replace(page);
    auto const took = std::chrono::duration<double>(app.clock.steady_now() - begun).count();
    app.log.info("report written", {{"file", app.options.output_file->string()},
                                    {"bytes", std::to_string(page.size())},
                                    {"took", fmt::format("{:.1f} s", took)}});
    return 0;
}

} // namespace billhouse
