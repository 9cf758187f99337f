#include "cli/commands.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"
#include "base/text.hpp"
#include "fetch/curl_transport.hpp"
#include "job/job_loader.hpp"
#include "job/secret.hpp"

#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <random>

namespace billhouse {

int dispatch(App& app) {
    auto const& name = app.options.command;
    if (name == "run") return run_command(app);
    if (name == "backfill") return backfill_command(app);
    if (name == "plan") return plan_command(app);
    if (name == "replay") return replay_command(app);
    if (name == "preview") return preview_command(app);
    if (name == "check") return check_command(app);
    if (name == "migrate") return migrate_command(app);
    if (name == "status") return status_command(app);
    if (name == "report") return report_command(app);
    if (name == "schema") return schema_command(app);
    throw Error(ErrorKind::bug, fmt::format("command '{}' is known to the parser only", name));
}

Configuration read_configuration(App const& app) {
    auto configuration = load_configuration(app.options.config);
    if (app.options.database) {
        configuration.warehouse.connection = *app.options.database;
        configuration.warehouse.password.reset();
    }
    FAILPOINT("config.read");
    return configuration;
}

std::vector<JobDefinition const*> selected_jobs(App const& app, Configuration const& configuration) {
    return select_jobs(configuration, app.options.jobs);
}

Warehouse open_warehouse(App const& app, Configuration const& configuration, std::string purpose) {
    std::optional<std::string> password;
    if (configuration.warehouse.password) {
        password = resolve(*configuration.warehouse.password, secret_places(configuration.folder));
        app.log.hide(*password);
    }
    Warehouse warehouse(configuration.warehouse, std::move(password), std::move(purpose), app.stop);
    warehouse.try_again(app.clock, app.log);
    return warehouse;
}

std::vector<ResolvedAuth> resolve_auth(App const& app, Configuration const& configuration,
                                       JobDefinition const& job) {
    auto const places = secret_places(configuration.folder);
    std::vector<ResolvedAuth> resolved;
    for (auto const& rule : job.http.auth) {
        ResolvedAuth auth;
        auth.value = resolve(rule.secret, places);
        app.log.hide(auth.value);
        if (rule.user) auth.user = resolve(*rule.user, places);
        if (rule.session_token) auth.session_token = resolve(*rule.session_token, places);
        app.log.hide(auth.session_token);
        resolved.push_back(std::move(auth));
        FAILPOINT("secret.read");
    }
    return resolved;
}

AcceptedLoads accepted_loads(App const& app) {
    auto const person = current_person();
    AcceptedLoads accepted;
    for (auto const& slice : app.options.accept)
        accepted.slices.push_back({slice.name, slice.from, {*app.options.reason, person}});
    if (app.options.accept_mismatch) accepted.mismatch = Acceptance{*app.options.accept_mismatch, person};
    return accepted;
}

namespace {

RandomShare random_share() {
    struct Engine {
        std::mutex mutex;
        std::mt19937_64 numbers{std::random_device()()};
    };
    return [engine = std::make_shared<Engine>()] {
        std::lock_guard const lock(engine->mutex);
        return std::uniform_real_distribution<double>(0.0, 1.0)(engine->numbers);
    };
}

} // namespace

RunContext make_context(App& app, Configuration const& configuration, Warehouse& warehouse) {
    return {.warehouse = warehouse,
            .clock = app.clock,
            .log = app.log,
            .stop = app.stop,
            .random = random_share(),
            .transport = [](HttpSettings const& http) { return std::make_unique<CurlTransport>(http); },
            .secrets = [&app, &configuration](
                           JobDefinition const& job) { return resolve_auth(app, configuration, job); }};
}

} // namespace billhouse
