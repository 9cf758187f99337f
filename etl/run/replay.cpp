#include "run/replay.hpp"

#include "base/failpoint.hpp"
#include "decode/page_decoder.hpp"
#include "run/child_records.hpp"
#include "state/stored_series.hpp"
#include "transform/star_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

namespace billhouse {

namespace {

/// The stored reads of one stream and partition.
class StoredStream {
public:
    StoredStream(RunContext& context, StreamTask const& task, std::int32_t stream_id)
        : context_(context), task_(task), stream_id_(stream_id),
          reads_(stored_reads(context.warehouse.session(), stream_id, task.partition)) {}

    /// The read that a slice was loaded from last; nullptr where its pages are not kept.
    StoredRead const* read_of(Date from, Date to) const {
        if (task_.stream.window.fetch == WindowSpec::Fetch::all) {
            auto const last = std::ranges::max_element(reads_, {}, &StoredRead::run_id);
            return last != reads_.end() && last->from <= from && last->to >= to ? &*last : nullptr;
        }
        auto const read = std::ranges::find_if(
            reads_, [&](StoredRead const& each) { return each.from == from && each.to == to; });
        return read == reads_.end() ? nullptr : &*read;
    }

    SeriesRead series(Date from, Date to) const {
        auto const* const read = read_of(from, to);
        if (read == nullptr)
            throw Error(ErrorKind::bug, fmt::format("no pages are kept of {}", to_string(from)));
        StarMapper mapper(task_.job.source, task_.stream, task_.partition);
        if (task_.stream.window.fetch == WindowSpec::Fetch::slice) mapper.expect_only(read->from, read->to);
        SeriesRead series;
        auto const pages = kept_pages(context_.warehouse.session(), stream_id_, task_.partition, *read);
        for (auto page = pages.begin(); page != pages.end();) {
            auto const next =
                std::find_if(page + 1, pages.end(), [](auto const& each) { return !each.parent; });
            map_page({page, next}, mapper, series);
            page = next;
        }
        series.rows = mapper.finish();
        series.proof.how = fmt::format("pages stored by run {}", read->run_id);
        return series;
    }

private:
    /// @param pages  a page of records, and the pages of its records' children behind it
    void map_page(std::span<KeptPage const> pages, StarMapper& mapper, SeriesRead& series) const {
        if (context_.stop.stop_requested()) throw Stopped();
        mapper.begin_page(static_cast<std::int32_t>(series.page_ids.size()));
        auto const map = [&](RecordView const& record) { mapper.map(record); };
        if (task_.stream.records.children)
            map_parents(pages, map);
        else
            decode(pages.front(), task_.stream.records, map);
        mapper.commit_page();
        for (auto const& page : pages)
            series.page_ids.push_back(page.id);
        series.pages.resize(series.page_ids.size());
    }

    void map_parents(std::span<KeptPage const> pages, RecordSink const& map) const {
        auto const children = stream_of_children(task_.stream).records;
        ParentPage parents;
        decode(pages.front(), task_.stream.records, [&](RecordView const& record) { parents.add(record); });
        for (auto const& page : pages.subspan(1)) {
            ParentPage found;
            decode(page, children, [&](RecordView const& child) { found.add(child); });
            parents.add_children(*page.parent, found);
        }
        parents.map_to(task_.stream.records.children->as, map);
    }

    void decode(KeptPage const& kept, RecordsSpec const& records, RecordSink const& sink) const {
        if (kept.records == 0) return;
        auto const body = read_body(context_.warehouse.session(), stream_id_, kept);
        auto const page = decode_page(body, records, task_.job.http.max_body, sink);
        require_all(kept, static_cast<std::int64_t>(page.records));
        FAILPOINT("stored_page.read");
    }

    static void require_all(KeptPage const& kept, std::int64_t records) {
        if (records == kept.records) return;
        throw Error(ErrorKind::data,
                    fmt::format("page {} had {} records when it was fetched, but records.path now finds {}",
                                kept.id, kept.records, records),
                    "Set records.path to where this page has its records, or read the range again from the "
                    "vendor: backfill --force");
    }

    RunContext& context_;
    StreamTask const& task_;
    std::int32_t stream_id_;
    std::vector<StoredRead> reads_;
};

/// Chooses the slices and tells of those that cannot be replayed.
class ReplayPlan {
public:
    ReplayPlan(RunContext& context, ReplayScope const& scope, StoredStream const& stored,
               std::set<Date> with_rejects)
        : context_(context), scope_(scope), stored_(stored), with_rejects_(std::move(with_rejects)) {}

    std::vector<PlannedSlice> choose(std::vector<LedgerEntry> const& entries, StreamTask const& task) const {
        std::vector<PlannedSlice> slices;
        std::size_t without_pages = 0;
        // What one read gave is cut into all its slices again: rejects without a date are the first one's.
        auto const all_or_none =
            task.stream.window.fetch == WindowSpec::Fetch::all &&
            std::ranges::any_of(entries, [&](auto const& each) { return is_wanted(each); });
        for (auto const& entry : entries) {
            if (!(all_or_none ? entry.was_complete : is_wanted(entry))) continue;
            auto const* const read = stored_.read_of(entry.from, entry.to);
            if (read == nullptr)
                ++without_pages;
            else if (!scope_.run_id || read->run_id == *scope_.run_id)
                slices.push_back({entry.from, entry.to, entry.to});
        }
        if (without_pages > 0 && scope_.rebuild)
            throw Error(
                ErrorKind::data,
                fmt::format("{}: the pages of {} windows are not kept any more, so not all lines can "
                            "get new keys",
                            label(task), without_pages),
                "Set mapping.identity back, read these windows again (backfill --force), then rebuild.");
        if (without_pages > 0)
            context_.log.warning(
                fmt::format("{}: the pages of {} windows are not kept any more", label(task), without_pages),
                {{"hint", "billhouse backfill JOB --from --to --force reads them again from the vendor"}});
        return slices;
    }

private:
    bool is_wanted(LedgerEntry const& entry) const {
        return entry.was_complete && (!scope_.from || entry.from >= *scope_.from) &&
               (!scope_.to || entry.from < *scope_.to) &&
               (!scope_.rejects_only || with_rejects_.contains(entry.from));
    }

    RunContext& context_;
    ReplayScope const& scope_;
    StoredStream const& stored_;
    std::set<Date> with_rejects_;
};

StreamReport replay_stream(RunContext& context, ReplayScope const& scope, StreamTask task,
                           std::int32_t stream_id) {
    StoredStream const stored(context, task, stream_id);
    ReplayPlan const plan(context, scope, stored,
                          slices_with_open_rejects(context.warehouse.session(), stream_id, task.partition));
    task.plan = [&](std::vector<LedgerEntry> const& entries, std::optional<Date>) {
        return plan.choose(entries, task);
    };
    return load_stream(context, {[&](StreamTask const&, Date from, Date to, std::stop_token const&) {
                           return stored.series(from, to);
                       }},
                       task);
}

} // namespace

JobReport run_replay(RunContext& context, JobDefinition const& job, ReplayScope const& scope) {
    auto const today = today_of(context, job);
    return under_job_lock(context, job, "replay", [&](JobReport& report) {
        for (auto const& stream : job.streams) {
            auto const known = find_stream(context.warehouse.session(), job, stream);
            if (!known) continue;
            for (auto const& partition : loaded_partitions(context.warehouse.session(), known->stream_id)) {
                StreamTask task{.job = job,
                                .stream = stream,
                                .partition = partition,
                                .trigger = "replay",
                                .today = today,
                                .plan = {},
                                .accepted = {{}, std::nullopt, scope.rebuild},
                                .from_store = true};
                report.streams.push_back(replay_stream(context, scope, std::move(task), known->stream_id));
                keep_most_serious(report.failure, report.streams.back().failure);
            }
        }
    });
}

} // namespace billhouse
