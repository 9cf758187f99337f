#include "cli/commands.hpp"
#include "cli/job_metrics.hpp"
#include "cli/report_lines.hpp"
#include "run/job_load.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace billhouse {

namespace {

/// --dry-run: what would be asked of the vendors.
int list_due(RunContext& context, std::vector<JobDefinition const*> const& jobs, std::optional<Date> until) {
    for (auto const* job : jobs)
        for (auto const& [stream, slices] : preview_nightly(context, *job, until)) {
            fmt::print("{}: {} windows due\n", stream, slices.size());
            for (auto const& slice : slices)
                fmt::print("  {} to {}\n", to_string(slice.from), to_string(slice.ask_to));
        }
    return 0;
}

} // namespace

int run_command(App& app) {
    auto const configuration = read_configuration(app);
    auto const jobs = selected_jobs(app, configuration);
    auto warehouse = open_warehouse(app, configuration, "run");
    auto context = make_context(app, configuration, warehouse);
    if (app.options.dry_run) return list_due(context, jobs, app.options.until);

    auto const accepted = accepted_loads(app);
    require_held(context, accepted.slices);
    RunSummary summary(app.clock, app.log);
    for (auto const* job : jobs) {
        auto const begun = app.clock.steady_now();
        auto const report = run_nightly(context, *job, app.options.until, accepted);
        summary.add(report);
        publish_metrics(context, configuration.metrics_folder, report, begun);
    }
    return summary.finish();
}

} // namespace billhouse
