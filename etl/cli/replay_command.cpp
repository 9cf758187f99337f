#include "cli/commands.hpp"
#include "cli/report_lines.hpp"
#include "run/replay.hpp"

namespace billhouse {

int replay_command(App& app) {
    auto const configuration = read_configuration(app);
    auto const* const job = selected_jobs(app, configuration).front();
    auto warehouse = open_warehouse(app, configuration, "replay");
    auto context = make_context(app, configuration, warehouse);
    auto const& options = app.options;

    RunSummary summary(app.clock, app.log);
    std::optional<Acceptance> rebuild;
    if (options.rebuild) rebuild = Acceptance{*options.rebuild, current_person()};
    summary.add(
        run_replay(context, *job, {options.from, options.to, options.run_id, options.rejects, rebuild}));
    return summary.finish();
}

} // namespace billhouse
