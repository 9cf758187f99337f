#include "cli/commands.hpp"
#include "cli/report_lines.hpp"
#include "run/job_load.hpp"

namespace billhouse {

int backfill_command(App& app) {
    auto const configuration = read_configuration(app);
    auto const* const job = selected_jobs(app, configuration).front();
    auto warehouse = open_warehouse(app, configuration, "backfill");
    auto context = make_context(app, configuration, warehouse);

    RunSummary summary(app.clock, app.log);
    auto const& options = app.options;
    summary.add(run_backfill(context, *job, {*options.from, *options.to, options.force, options.workers},
                             accepted_loads(app)));
    return summary.finish();
}

} // namespace billhouse
