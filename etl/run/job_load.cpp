#include "run/job_load.hpp"

#include "fetch/vendor_client.hpp"
#include "state/migrator.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

Date today_of(RunContext const& context, JobDefinition const& job, std::optional<Date> until) {
    auto const today = job.source.billing_zone.date_of(context.clock.now());
    return until ? std::min(today, *until) : today;
}

std::vector<std::string> partitions_of(StreamDefinition const& stream) {
    return stream.partitions.empty() ? std::vector<std::string>{""} : stream.partitions;
}

using PlanFor = std::function<SlicePlan(StreamDefinition const&, Date today)>;

template <class Use>
void for_each_task(JobDefinition const& job, std::string const& trigger, Date today, PlanFor const& plan_for,
                   Use use) {
    for (auto const& stream : job.streams)
        for (auto const& partition : partitions_of(stream))
            use(StreamTask{job, stream, partition, trigger, today, plan_for(stream, today)});
}

PlanFor nightly_plan() {
    return [](StreamDefinition const& stream, Date today) -> SlicePlan {
        return [&window = stream.window, today](std::vector<LedgerEntry> const& entries,
                                                std::optional<Date> watermark) {
            return plan_nightly(window, today, watermark, entries);
        };
    };
}

void keep_most_serious(std::optional<Error>& worst, std::optional<Error> const& error) {
    if (error && (!worst || seriousness(error->kind()) > seriousness(worst->kind()))) worst = error;
}

JobReport load_job(RunContext& context, JobDefinition const& job, std::string const& trigger, Date today,
                   PlanFor const& plan_for) {
    JobReport report{job.name, {}, std::nullopt};
    try {
        context.warehouse.on_connect([&](PgSession& session) { take_job_lock(session, job.name, trigger); });
        Migrator(context.warehouse.session(), embedded_migrations()).require_current();
        auto const transport = context.transport(job.http);
        VendorClient client(job.http, context.secrets(job), *transport, context.clock, context.random,
                            context.log);
        for_each_task(job, trigger, today, plan_for, [&](StreamTask const& task) {
            report.streams.push_back(load_stream(context, client, task));
            keep_most_serious(report.failure, report.streams.back().failure);
        });
    } catch (Error const& error) {
        auto const named = error.within(job.name);
        context.log.error(named.what(),
                          {{"kind", std::string(name_of(named.kind()))}, {"hint", named.hint()}});
        keep_most_serious(report.failure, named);
    }
    context.warehouse.on_connect(nullptr);
    context.warehouse.drop_session(); // gives the job's lock back
    return report;
}

} // namespace

JobReport run_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until) {
    return load_job(context, job, "run", today_of(context, job, until), nightly_plan());
}

JobReport run_backfill(RunContext& context, JobDefinition const& job, Date from, Date to, bool force) {
    for (auto const& stream : job.streams)
        if (from < stream.window.earliest)
            context.log.warning(fmt::format("{}.{} is not read before its window.earliest, {}", job.name,
                                            stream.name, to_string(stream.window.earliest)));
    auto const plan_for = [=](StreamDefinition const& stream, Date today) -> SlicePlan {
        return [=, &window = stream.window](std::vector<LedgerEntry> const& entries, std::optional<Date>) {
            return plan_backfill(window, today, from, to, entries, force);
        };
    };
    return load_job(context, job, "backfill", today_of(context, job, std::nullopt), plan_for);
}

std::vector<std::pair<std::string, std::vector<PlannedSlice>>>
preview_nightly(RunContext& context, JobDefinition const& job, std::optional<Date> until) {
    std::vector<std::pair<std::string, std::vector<PlannedSlice>>> plans;
    Migrator(context.warehouse.session(), embedded_migrations()).require_current();
    for_each_task(job, "run", today_of(context, job, until), nightly_plan(), [&](StreamTask const& task) {
        plans.emplace_back(label(task), planned_slices(context, task));
    });
    return plans;
}

} // namespace billhouse
