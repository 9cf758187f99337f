#include "cli/commands.hpp"
#include "cli/plan_text.hpp"
#include "run/load_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace billhouse {

int plan_command(App& app) {
    auto const configuration = read_configuration(app);
    auto const* const job = selected_jobs(app, configuration).front();
    auto warehouse = open_warehouse(app, configuration, "plan");
    auto context = make_context(app, configuration, warehouse);
    auto const& options = app.options;

    auto const tasks = options.from ? range_tasks(context, *job, *options.from, *options.to, true)
                                    : nightly_tasks(context, *job, options.until);
    auto const plans = plan_load(context, *job, tasks);
    fmt::print("{}", options.json ? plan_json(plans) : plan_table(plans));
    auto const refused = [](StreamPlan const& plan) { return !plan.refusals.empty(); };
    return std::ranges::any_of(plans, refused) ? static_cast<int>(ErrorKind::data) : 0;
}

} // namespace billhouse
