#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "cli/options.hpp"
#include "job/job_definition.hpp"
#include "run/job_load.hpp"
#include "run/run_context.hpp"
#include "run/warehouse.hpp"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace billhouse {

/// What every command gets.
struct App {
    Options const& options;
    Clock& clock;
    Log& log;
    std::stop_token stop;
};

/// One file a command. @returns the exit code. @throws Error, Stopped
int run_command(App& app);
int backfill_command(App& app);
int plan_command(App& app);
int replay_command(App& app);
int preview_command(App& app);
int check_command(App& app);
int migrate_command(App& app);
int status_command(App& app);
int report_command(App& app);
int schema_command(App& app);
/// Runs the command that the options name.
int dispatch(App& app);

// What the commands share.

/// The configuration folder, with --database put in.
Configuration read_configuration(App const& app);
/// The jobs named on the command line, or every enabled one. @throws Error(usage) for a name that no file
/// defines
std::vector<JobDefinition const*> selected_jobs(App const& app, Configuration const& configuration);
/// @param purpose  "run guance": how the sessions call themselves
Warehouse open_warehouse(App const& app, Configuration const& configuration, std::string purpose);
/// The secrets of a job, read now and hidden from every log line to come.
std::vector<ResolvedAuth> resolve_auth(App const& app, Configuration const& configuration,
                                       JobDefinition const& job);
/// What --accept and --accept-mismatch let through, in the name of the person who runs this.
AcceptedLoads accepted_loads(App const& app);
RunContext make_context(App& app, Configuration const& configuration, Warehouse& warehouse);

} // namespace billhouse
