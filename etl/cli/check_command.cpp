#include "cli/commands.hpp"
#include "run/connection_check.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <functional>

namespace billhouse {

namespace {

/// Runs one check and tells how it went. The most serious failure becomes the exit code.
class Checklist {
public:
    void check(std::string const& what, std::function<std::string()> const& look) {
        try {
            fmt::print("ok       {}: {}\n", what, look());
        } catch (Error const& error) {
            fmt::print("FAILED   {}: {}\n", what, error.what());
            if (!error.hint().empty()) fmt::print("         HINT: {}\n", error.hint());
            if (!worst_ || seriousness(error.kind()) > seriousness(worst_->kind())) worst_ = error;
        }
    }
    int exit_code() const { return worst_ ? static_cast<int>(worst_->kind()) : 0; }

private:
    std::optional<Error> worst_;
};

} // namespace

int check_command(App& app) {
    auto const configuration = read_configuration(app);
    auto const jobs = selected_jobs(app, configuration);
    Checklist list;
    for (auto const* job : jobs)
        list.check(job->name, [&] {
            return fmt::format("{} is valid, {} stream(s)", job->file.string(), job->streams.size());
        });
    if (jobs.empty()) fmt::print("no enabled job in {}\n", (configuration.folder / "jobs").string());
    if (!app.options.connect) return list.exit_code();

    auto warehouse = open_warehouse(app, configuration, "check");
    auto context = make_context(app, configuration, warehouse);
    list.check("database", [&] { return check_database(warehouse.session()); });
    for (auto const* job : jobs)
        list.check(job->name + " vendor", [&] { return check_vendor(context, *job); });
    return list.exit_code();
}

} // namespace billhouse
