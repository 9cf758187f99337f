#include "run/load_plan.hpp"

#include "run/read_ahead.hpp"
#include "run/vendor_source.hpp"
#include "state/migrator.hpp"
#include "state/watermark.hpp"
#include "transform/star_mapper.hpp"

#include "run_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

Decimal amount(std::optional<std::string> const& field) {
    auto const value = Decimal::parse(field.value_or("0"));
    if (!value)
        throw Error(ErrorKind::data, fmt::format("a difference has too many digits: {}", field.value_or("")));
    return *value;
}

void add_to(Decimal& sum, Decimal const& more) {
    auto const result = Decimal::add(sum, more);
    if (!result) throw Error(ErrorKind::data, "the sum of the differences has more than 38 digits");
    sum = *result;
}

class StreamRehearsal {
public:
    StreamRehearsal(RunContext& context, SeriesSource const& source, StreamTask const& task)
        : context_(context), source_(source), task_(task) {
        plan_.stream = label(task);
    }

    StreamPlan run() {
        auto const slices = read_ledger();
        if (slices.empty()) return std::move(plan_);
        if (task_.stream.window.fetch == WindowSpec::Fetch::all)
            rehearse_from_one_read(slices);
        else
            rehearse_one_by_one(slices);
        keep_largest();
        return std::move(plan_);
    }

private:
    std::vector<PlannedSlice> read_ledger() {
        auto& session = context_.warehouse.session();
        auto const known = find_stream(session, task_.job, task_.stream);
        if (!known) return task_.plan({}, std::nullopt);
        auto const entries = all_entries(session, *known, task_);
        for (auto const& entry : entries)
            generations_[entry.from] = entry.generation;
        return task_.plan(entries, Watermark(session, known->stream_id, task_.partition).read());
    }

    void rehearse_one_by_one(std::vector<PlannedSlice> const& slices) {
        ReadAhead reads(
            slices.size(), source_.at_once,
            [&](std::size_t index, std::stop_token const& stop) {
                return source_.read(task_, slices[index].from, slices[index].ask_to, stop);
            },
            context_.stop);
        for (auto const& slice : slices)
            attempt(slice, [&] {
                auto const series = reads.next();
                rehearse(slice, series.rows, series, slice.from, slice.to);
            });
    }

    void rehearse_from_one_read(std::vector<PlannedSlice> const& slices) {
        auto const from = slices.front().from, to = slices.back().to;
        std::optional<SeriesRead> series;
        attempt(slices.front(),
                [&] { series = source_.read(task_, from, slices.back().ask_to, context_.stop); });
        if (!series) return;
        for (auto const& slice : slices) {
            auto const rows = take_window(series->rows, slice.from, slice.to);
            attempt(slice, [&] { rehearse(slice, rows, *series, from, to); });
        }
    }

    /// A slice whose data is wrong is part of the plan; any other failure is the plan's own.
    template <class Step>
    void attempt(PlannedSlice const& slice, Step step) {
        try {
            step();
        } catch (Error const& error) {
            context_.warehouse.drop_session();
            if (error.kind() != ErrorKind::data) throw error.within(plan_.stream);
            plan_.refusals.push_back({slice.from, error});
        }
    }

    void rehearse(PlannedSlice const& slice, StarRows const& rows, SeriesRead const& series, Date from,
                  Date to) {
        auto& session = context_.warehouse.session();
        ReadPages pages{series.pages, from, to, {}, false};
        session.begin();
        auto const registered = register_stream(session, task_.job, task_.stream);
        RunAudit const audit(session, registered.stream_id, task_.partition, "run", slice.from, slice.to,
                             task_.job.config_hash);
        SliceRun slice_run(
            context_.warehouse, context_.clock, context_.log, context_.stop,
            {task_.stream, registered, task_.partition, audit.id(), task_.today, task_.accepted});
        auto const outcome = slice_run.apply(
            session, slice, {rows, pages, series.proof, series.stated, generations_[slice.from]});
        note(slice, outcome);
        if (!outcome.held && outcome.change.changed() > 0) look_at(session, slice, audit.id());
        session.rollback();
    }

    void note(PlannedSlice const& slice, SliceOutcome const& outcome) {
        if (outcome.held) {
            plan_.refusals.push_back(
                {slice.from,
                 Error(ErrorKind::data, fmt::format("would be held: {} of {} lines would vanish",
                                                    outcome.change.vanished, outcome.change.before))});
            return;
        }
        ++plan_.slices;
        plan_.unchanged_slices += outcome.change.changed() == 0 ? 1 : 0;
        plan_.unchanged += outcome.change.unchanged;
        plan_.rejected += outcome.quarantined;
    }

    void look_at(PgSession& session, PlannedSlice const& slice, std::int64_t run_id) {
        std::vector<SqlValue> values{run_id, to_string(slice.from), to_string(slice.to)};
        for (auto const& row : session.run(run_sql::plan_effects, values)) {
            auto& effect = plan_.effects[{row[0].value(), row[1].value()}];
            effect.lines += integer(row[2]);
            add_to(effect.list_cost, amount(row[3]));
            add_to(effect.billed_cost, amount(row[4]));
            add_to(effect.total_amount, amount(row[5]));
        }
        values.emplace_back(kLargestDifferences);
        for (auto const& row : session.run(run_sql::plan_differences, values))
            plan_.largest.push_back({row[0].value(), row[1].value(), row[2].value_or(""), row[3].value_or(""),
                                     row[4].value(), amount(row[5]), amount(row[6]), amount(row[7])});
        keep_largest();
    }

    void keep_largest() {
        auto const size = [](PlannedDifference const& each) {
            return each.difference.is_negative() ? each.difference.negated() : each.difference;
        };
        std::ranges::stable_sort(plan_.largest, std::ranges::greater(), size);
        if (plan_.largest.size() > kLargestDifferences) plan_.largest.resize(kLargestDifferences);
    }

    RunContext& context_;
    SeriesSource const& source_;
    StreamTask const& task_;
    StreamPlan plan_;
    std::map<Date, std::int64_t> generations_;
};

} // namespace

std::vector<StreamPlan> plan_load(RunContext& context, JobDefinition const& job,
                                  std::vector<StreamTask> const& tasks) {
    Migrator(context.warehouse.session(), embedded_migrations()).require_current();
    VendorSource vendor(context, job, job.http.pace.max_in_flight);
    auto const source = vendor.series();
    std::vector<StreamPlan> plans;
    for (auto const& task : tasks)
        plans.push_back(StreamRehearsal(context, source, task).run());
    return plans;
}

} // namespace billhouse
