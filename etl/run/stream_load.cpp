#include "run/stream_load.hpp"

#include "base/failpoint.hpp"
#include "run/progress.hpp"
#include "run/read_ahead.hpp"
#include "state/raw_pages.hpp"
#include "state/watermark.hpp"
#include "transform/star_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace billhouse {

namespace {

constexpr int kBadSlicesInARow = 3;
constexpr auto kForever = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);

class StreamLoad {
public:
    StreamLoad(RunContext& context, SeriesSource const& source, StreamTask const& task)
        : context_(context), source_(source), task_(task) {
        report_.stream = label(task);
    }

    StreamReport run() {
        auto& session = context_.warehouse.session();
        registered_ = register_stream(session, task_.job, task_.stream, task_.accepted.rebuild.has_value());
        FAILPOINT("stream.registered");
        auto const slices = plan(session);
        if (slices.empty()) {
            close_dead_runs(session, registered_.stream_id, task_.partition);
            return std::move(report_);
        }
        RunAudit audit(session, registered_.stream_id, task_.partition, task_.trigger, slices.front().from,
                       slices.back().to, task_.job.config_hash);
        report_.run_id = task_.run_id = audit.id();
        LogContext const run(context_.log, "run", std::to_string(task_.run_id));
        LogContext const stream(context_.log, "stream", report_.stream);
        try {
            load(slices);
        } catch (Stopped const&) {
            finish(audit, "aborted", "stopped by a signal");
            throw;
        }
        finish(audit, status(), report_.failure ? report_.failure->what() : "");
        drop_old_pages();
        return std::move(report_);
    }

private:
    std::vector<PlannedSlice> plan(PgSession& session) {
        auto const entries = all_entries(session, registered_, task_);
        for (auto const& entry : entries)
            generations_[entry.from] = entry.generation;
        report_.watermark = Watermark(session, registered_.stream_id, task_.partition).read();
        return task_.plan(entries, report_.watermark);
    }

    void load(std::vector<PlannedSlice> const& slices) {
        SliceRun slice_run(context_.warehouse, context_.clock, context_.log, context_.stop,
                           {task_.stream, registered_, task_.partition, task_.run_id, task_.today,
                            task_.accepted, task_.from_store});
        Progress progress(context_.clock, context_.log, report_.stream, slices.size());
        if (task_.stream.window.fetch == WindowSpec::Fetch::all)
            load_from_one_read(slices, slice_run, progress);
        else
            load_one_by_one(slices, slice_run, progress);
    }

    void load_one_by_one(std::vector<PlannedSlice> const& slices, SliceRun& slice_run, Progress& progress) {
        int bad_in_a_row = 0;
        ReadAhead reads(
            slices.size(), source_.at_once,
            [&](std::size_t index, std::stop_token const& stop) {
                return source_.read(task_, slices[index].from, slices[index].ask_to, stop);
            },
            context_.stop);
        for (auto const& slice : slices) {
            auto const done = attempt(slice, [&] {
                auto series = counted([&] { return reads.next(); });
                auto pages = pages_of(series, slice.from, slice.to);
                settle(
                    slice,
                    load_slice(slice_run, slice,
                               {series.rows, pages, series.proof, series.stated, generations_[slice.from]}),
                    progress);
            });
            bad_in_a_row = done ? 0 : bad_in_a_row + 1;
            if (must_stop() || bad_in_a_row >= kBadSlicesInARow) return;
        }
    }

    void load_from_one_read(std::vector<PlannedSlice> const& slices, SliceRun& slice_run,
                            Progress& progress) {
        SeriesRead series;
        if (!attempt(slices.front(), [&] {
                series = counted([&] {
                    return source_.read(task_, slices.front().from, slices.back().ask_to, context_.stop);
                });
            }))
            return;
        auto pages = pages_of(series, slices.front().from, slices.back().to);
        for (auto const& slice : slices) {
            auto rows = take_window(series.rows, slice.from, slice.to);
            attempt(slice, [&] {
                settle(slice,
                       load_slice(slice_run, slice,
                                  {rows, pages, series.proof, series.stated, generations_[slice.from]}),
                       progress);
            });
            if (must_stop()) return;
        }
    }

    /// @param read  gives the series; what it takes is time that the load waits for the vendor
    template <class Read>
    SeriesRead counted(Read read) {
        Stopwatch const reading(context_.clock, report_.reading);
        auto series = read();
        report_.totals.pages += static_cast<std::int64_t>(series.pages.size());
        return series;
    }

    SliceOutcome load_slice(SliceRun& slice_run, PlannedSlice const& slice, SliceContent const& content) {
        Stopwatch const loading(context_.clock, report_.loading);
        return slice_run.load(slice, content);
    }

    static ReadPages pages_of(SeriesRead const& series, Date from, Date to) {
        return {series.pages, from, to, series.page_ids, !series.page_ids.empty()};
    }

    void settle(PlannedSlice const& slice, SliceOutcome const& outcome, Progress& progress) {
        auto& totals = report_.totals;
        progress.loaded(outcome);
        if (outcome.held) {
            ++totals.slices_held;
            return note(slice, held_error(slice, outcome.change));
        }
        ++totals.slices;
        totals.read += outcome.read;
        totals.duplicates += outcome.duplicates;
        totals.quarantined += outcome.quarantined;
        totals.change += outcome.change;
        if (outcome.watermark) report_.watermark = outcome.watermark;
    }

    Error held_error(PlannedSlice const& slice, SliceChange const& change) const {
        return {ErrorKind::data,
                fmt::format("{} of {} lines would vanish, more than load.max_vanish allows{}: the slice is "
                            "held, the star is as before",
                            change.vanished, change.before,
                            task_.accepted.slices.contains(slice.from) ? " and than was accepted" : ""),
                fmt::format("Compare with the vendor's bill. If it is right: billhouse run --accept {}:{} "
                            "--reason TEXT",
                            report_.stream, to_string(slice.from))};
    }

    /// @returns whether the step came to its end; a failure goes into the report and the ledger
    template <class Step>
    bool attempt(PlannedSlice const& slice, Step step) {
        LogContext const named(context_.log, "slice", to_string(slice.from));
        try {
            step();
            return true;
        } catch (Error const& error) {
            ++report_.totals.slices_failed;
            note(slice, error);
            mark_failed(slice, error.what());
            return false;
        }
    }

    void note(PlannedSlice const& slice, Error const& error) {
        auto const named = error.within(fmt::format("{} {}", report_.stream, to_string(slice.from)));
        context_.log.error(named.what(),
                           {{"kind", std::string(name_of(named.kind()))}, {"hint", named.hint()}});
        if (!report_.failure || seriousness(named.kind()) > seriousness(report_.failure->kind()))
            report_.failure = named;
    }

    void mark_failed(PlannedSlice const& slice, std::string const& reason) {
        if (task_.from_store) return; // what the last read from the vendor came to still stands
        try {
            auto& session = context_.warehouse.session();
            session.begin();
            Ledger(session, registered_.stream_id, task_.partition)
                .mark_failed(slice.from, slice.to, task_.run_id, reason);
            session.commit();
            FAILPOINT("failure.recorded");
        } catch (Error const& unrecorded) { // the database itself may be what failed
            context_.warehouse.drop_session();
            context_.log.warning("the failure could not be put into the ledger",
                                 {{"reason", unrecorded.what()}});
        }
    }

    /// Whatever is not a fault of one slice's data would hit the next slice as well.
    bool must_stop() const { return report_.failure && report_.failure->kind() != ErrorKind::data; }

    std::string status() const {
        if (!report_.failure) return "succeeded";
        if (report_.totals.slices_held > 0) return "held";
        return report_.totals.slices > 0 ? "partial" : "failed";
    }

    void finish(RunAudit& audit, std::string const& status, std::string const& message) {
        try {
            auto& session = context_.stop.stop_requested() ? context_.warehouse.parting_session()
                                                           : context_.warehouse.session();
            audit.finish(session, status, report_.totals,
                         report_.failure ? std::optional(report_.failure->kind()) : std::nullopt, message);
        } catch (
            Error const& error) { // the slices' own transactions stand; only the run's summary is missing
            context_.log.warning("the run's end could not be recorded", {{"reason", error.what()}});
        }
    }

    /// The nightly run tidies up behind itself. That it could not is no failure of the load.
    void drop_old_pages() {
        auto const& keep = task_.stream.load.keep_pages_days;
        if (!keep || task_.trigger != "run") return;
        auto const before =
            std::chrono::floor<std::chrono::days>(context_.clock.now()) - std::chrono::days(*keep);
        try {
            auto const months =
                drop_pages_before(context_.warehouse.session(), registered_.stream_id, before);
            if (months > 0)
                context_.log.info("old raw pages dropped",
                                  {{"months", std::to_string(months)}, {"before", to_string(before)}});
        } catch (Error const& error) {
            context_.warehouse.drop_session();
            context_.log.warning("old raw pages could not be dropped", {{"reason", error.what()}});
        }
    }

    RunContext& context_;
    SeriesSource const& source_;
    StreamTask task_;
    StreamReport report_;
    RegisteredStream registered_;
    std::map<Date, std::int64_t> generations_;
};

} // namespace

std::string label(StreamTask const& task) {
    auto const name = task.job.name + '.' + task.stream.name;
    return task.partition.empty() ? name : fmt::format("{}[{}]", name, task.partition);
}

StreamReport load_stream(RunContext& context, SeriesSource const& source, StreamTask const& task) {
    return StreamLoad(context, source, task).run();
}

std::vector<LedgerEntry> all_entries(PgSession& session, RegisteredStream const& registered,
                                     StreamTask const& task) {
    return Ledger(session, registered.stream_id, task.partition)
        .entries(task.stream.window.earliest - std::chrono::days(31), kForever);
}

std::vector<PlannedSlice> planned_slices(RunContext& context, StreamTask const& task) {
    auto& session = context.warehouse.session();
    auto const known = find_stream(session, task.job, task.stream);
    if (!known) return task.plan({}, std::nullopt);
    return task.plan(all_entries(session, *known, task),
                     Watermark(session, known->stream_id, task.partition).read());
}

} // namespace billhouse
