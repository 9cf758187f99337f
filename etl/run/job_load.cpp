#include "run/job_load.hpp"

#include "base/failpoint.hpp"
#include "run/clock_check.hpp"
#include "run/partitions.hpp"
#include "run/vendor_source.hpp"
#include "state/migrator.hpp"
#include "state/run_audit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

/// @param client  null: one is made where the vendor lists the partitions; no secret is read elsewhere
std::vector<std::string> partitions_now(RunContext& context, JobDefinition const& job,
                                        StreamDefinition const& stream, VendorClient* client) {
    if (client || !stream.partition_request) return partitions_of(context, job, stream, client);
    VendorConnection vendor(context, job);
    return partitions_of(context, job, stream, &vendor.client());
}

using PlanFor = std::function<SlicePlan(WindowSpec const&)>;

std::vector<StreamTask> tasks_of(RunContext& context, JobDefinition const& job, std::string const& trigger,
                                 Date today, PlanFor const& plan_for, VendorClient* client) {
    std::vector<StreamTask> tasks;
    for (auto const& stream : job.streams)
        for (auto const& partition : partitions_now(context, job, stream, client))
            tasks.push_back({.job = job,
                             .stream = stream,
                             .partition = partition,
                             .trigger = trigger,
                             .today = today,
                             .plan = plan_for(stream.window),
                             .accepted = {}});
    return tasks;
}

bool names_the_task(std::string const& name, StreamTask const& task) {
    auto const stream = task.job.name + '.' + task.stream.name;
    return name == task.job.name || name == stream || name == label(task);
}

Acceptances acceptances_for(StreamTask const& task, AcceptedLoads const& accepted) {
    Acceptances result{{}, accepted.mismatch, std::nullopt};
    for (auto const& slice : accepted.slices)
        if (names_the_task(slice.name, task)) result.slices.emplace(slice.from, slice.acceptance);
    return result;
}

/// What is due, once the vendor can be asked for its partitions.
using TasksFor = std::function<std::vector<StreamTask>(VendorClient*)>;

JobReport load_from_vendor(RunContext& context, JobDefinition const& job, TasksFor const& tasks_for,
                           std::string const& trigger, AcceptedLoads const& accepted, int in_flight) {
    return under_job_lock(context, job, trigger, [&](JobReport& report) {
        VendorSource vendor(context, job, in_flight);
        for (auto& task : tasks_for(&vendor.client())) {
            task.accepted = acceptances_for(task, accepted);
            report.streams.push_back(load_stream(context, vendor.series(), task));
            keep_most_serious(report.failure, report.streams.back().failure);
        }
        report.fetched = vendor.counters();
    });
}

void note_failure(RunContext& context, JobReport& report, Error const& error) {
    auto const named = error.within(report.job);
    context.log.error(named.what(), {{"kind", std::string(name_of(named.kind()))}, {"hint", named.hint()}});
    keep_most_serious(report.failure, named);
}

bool is_held(AcceptedSlice const& slice, HeldSlice const& held) {
    auto const partition =
        held.partition.empty() ? held.stream : fmt::format("{}[{}]", held.stream, held.partition);
    auto const job = held.stream.substr(0, held.stream.find('.'));
    return to_string(slice.from) == held.from &&
           (slice.name == job || slice.name == held.stream || slice.name == partition);
}

} // namespace

void require_held(RunContext& context, std::vector<AcceptedSlice> const& slices) {
    if (slices.empty()) return;
    Migrator(context.warehouse.session(), embedded_migrations()).require_current();
    auto const held = held_slices(context.warehouse.session());
    std::string known;
    for (auto const& each : held)
        known += fmt::format("{}{}:{}", known.empty() ? "" : ", ", each.stream, each.from);
    for (auto const& slice : slices)
        if (std::ranges::none_of(held, [&](HeldSlice const& each) { return is_held(slice, each); }))
            throw Error(ErrorKind::usage,
                        fmt::format("no held slice {}:{}", slice.name, to_string(slice.from)),
                        known.empty() ? "No slice is held." : "Held are: " + known + ".");
}

Date today_of(RunContext const& context, JobDefinition const& job, std::optional<Date> until) {
    auto const today = job.source.billing_zone.date_of(context.clock.now());
    return until ? std::min(today, *until) : today;
}

std::vector<StreamTask> nightly_tasks(RunContext& context, JobDefinition const& job,
                                      std::optional<Date> until, VendorClient* client) {
    auto const today = today_of(context, job, until);
    auto const plan_for = [today](WindowSpec const& window) -> SlicePlan {
        return [&window, today](std::vector<LedgerEntry> const& entries, std::optional<Date> watermark) {
            return plan_nightly(window, today, watermark, entries);
        };
    };
    return tasks_of(context, job, "run", today, plan_for, client);
}

std::vector<StreamTask> range_tasks(RunContext& context, JobDefinition const& job, Date from, Date to,
                                    bool force, VendorClient* client) {
    auto const today = today_of(context, job);
    auto const plan_for = [=](WindowSpec const& window) -> SlicePlan {
        return [=, &window](std::vector<LedgerEntry> const& entries, std::optional<Date>) {
            return plan_backfill(window, today, from, to, entries, force);
        };
    };
    return tasks_of(context, job, "backfill", today, plan_for, client);
}

namespace {

/// The session's end does it too, but the server may notice that later than the next run begins.
void give_back_lock(Warehouse& warehouse, std::string const& job, std::string const& trigger) {
    try {
        auto* const session = warehouse.open_session();
        if (session && !session->is_pooled()) give_back_job_lock(*session, job, trigger);
    } catch (
        std::exception const&) { // a broken session holds nothing for long, nor does one that a stop ends
    }
    warehouse.drop_session();
}

} // namespace

JobReport under_job_lock(RunContext& context, JobDefinition const& job, std::string const& trigger,
                         std::function<void(JobReport&)> const& work) {
    JobReport report{job.name, {}, std::nullopt, {}};
    try {
        context.warehouse.on_connect([&](PgSession& session) {
            // A pooler's session goes on without us, and our lock would stay with it. Two runs then meet at
            // the watermark's row.
            if (!session.is_pooled()) take_job_lock(session, job.name, trigger);
            FAILPOINT("job.locked");
        });
        Migrator(context.warehouse.session(), embedded_migrations()).require_current();
        require_same_day(context.warehouse.session(), context.clock);
        context.warehouse.warn_if_not_durable(context.log);
        FAILPOINT("schema.checked");
        work(report);
    } catch (Stopped const&) {
        throw;
    } catch (std::bad_alloc const&) { // the other jobs would have no more of it
        throw;
    } catch (Error const& error) {
        note_failure(context, report, error);
    } catch (
        std::exception const& error) { // a fault of ours in one job does not keep the others from their turn
        note_failure(context, report,
                     {ErrorKind::bug, error.what(), "Please report this with the lines above."});
    }
    context.warehouse.on_connect(nullptr);
    give_back_lock(context.warehouse, job.name, trigger);
    return report;
}

void keep_most_serious(std::optional<Error>& worst, std::optional<Error> const& error) {
    if (error && (!worst || seriousness(error->kind()) > seriousness(worst->kind()))) worst = error;
}

JobReport run_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until,
                      AcceptedLoads const& accepted) {
    auto const tasks_for = [&](VendorClient* client) { return nightly_tasks(context, job, until, client); };
    return load_from_vendor(context, job, tasks_for, "run", accepted, job.http.pace.max_in_flight);
}

JobReport run_backfill(RunContext& context, JobDefinition const& job, BackfillOrder const& order,
                       AcceptedLoads const& accepted) {
    for (auto const& stream : job.streams)
        if (order.from < stream.window.earliest)
            context.log.warning(fmt::format("{}.{} is not read before its window.earliest, {}", job.name,
                                            stream.name, to_string(stream.window.earliest)));
    auto const tasks_for = [&](VendorClient* client) {
        return range_tasks(context, job, order.from, order.to, order.force, client);
    };
    return load_from_vendor(context, job, tasks_for, "backfill", accepted,
                            order.workers.value_or(job.http.pace.max_in_flight));
}

std::vector<std::pair<std::string, std::vector<PlannedSlice>>>
preview_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until) {
    std::vector<std::pair<std::string, std::vector<PlannedSlice>>> plans;
    Migrator(context.warehouse.session(), embedded_migrations()).require_current();
    for (auto const& task : nightly_tasks(context, job, until))
        plans.emplace_back(label(task), planned_slices(context, task));
    return plans;
}

} // namespace billhouse
