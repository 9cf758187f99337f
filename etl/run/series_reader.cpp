#include "run/series_reader.hpp"

#include "run/request_windows.hpp"
#include "run/stated_totals.hpp"
#include "transform/star_mapper.hpp"

#include <fmt/format.h>

#include <optional>

namespace billhouse {

namespace {

/// The vendor's pages contradict each other. A second look may find them at rest.
class SeriesInconsistent : public Error {
public:
    explicit SeriesInconsistent(Error const& error) : Error(error) {}
};

/// Calls something that holds pages against each other.
template <class Check>
auto consistent(Check check) {
    try {
        return check();
    } catch (Error const& error) {
        if (error.kind() == ErrorKind::data) throw SeriesInconsistent(error);
        throw;
    }
}

/// The decoder's count against the mapper's: whatever is lost between the two must not close a slice.
void require_all_mapped(SeriesRead const& series) {
    std::int64_t decoded = 0;
    for (auto const& page : series.pages)
        decoded += page.records;
    if (decoded == series.rows.records) return;
    throw Error(ErrorKind::bug,
                fmt::format("{} records were decoded, but {} were mapped", decoded, series.rows.records),
                "Nothing was loaded. Please report this with the job file.");
}

/// Rows that shift between two pages show one record twice and hide another; the number of records is right
/// then, but they are not the vendor's.
void require_no_shift(SeriesRead const& series) {
    if (series.pages.size() < 2 || series.rows.duplicates == 0) return;
    auto const& total = series.pages.back().declared_total;
    if (!total) return;
    throw Error(ErrorKind::data,
                fmt::format("the vendor says {} records in all, but {} of the lines that came are repeated: "
                            "others are missing",
                            *total, series.rows.duplicates),
                "The vendor's data moved while it was read; the next run reads this window again.");
}

/// Reads one window from its first page to its end, after the pages that the series has already.
EndProof read_window(SeriesRequest const& request, PageReader& reader, StarMapper& mapper,
                     SeriesRead& series) {
    auto const paginator = make_paginator(request.stream.pagination);
    for (std::optional<PageRequest> at = paginator->first(); at;) {
        auto const index = static_cast<std::int32_t>(series.pages.size());
        auto const restart = [&] {
            mapper.discard_page();
            mapper.begin_page(index);
        };
        auto page = reader.read(*at, {restart, [&](RecordView const& record) { mapper.map(record); }});
        mapper.commit_page();
        page.stored.page_number = index + 1; // over all windows of the slice
        series.pages.push_back(std::move(page.stored));
        consistent([&] { note_totals(series.stated, request, page.totals, index); });
        at = consistent([&] { return paginator->next(page.facts); });
    }
    return paginator->proof();
}

SeriesRead read_once(SeriesRequest const& request, VendorClient& client, std::stop_token const& stop) {
    StarMapper mapper(request.job.source, request.stream, request.partition);
    if (request.stream.window.fetch == WindowSpec::Fetch::slice) mapper.expect_only(request.from, request.to);
    SeriesRead series;
    std::vector<EndProof> proofs;
    for (auto const& window : windows_of(request)) {
        PageReader reader(request, window, client, stop);
        proofs.push_back(read_window(request, reader, mapper, series));
    }
    series.proof = joined_proof(proofs);
    series.rows = consistent([&] { return mapper.finish(); });
    // pieces with inclusive ends share the records between them
    if (proofs.size() == 1) consistent([&] { require_no_shift(series); });
    ask_totals(request, client, stop, series.stated);
    require_all_mapped(series);
    return series;
}

} // namespace

SeriesRead read_series(SeriesRequest const& request, VendorClient& client, Log& log,
                       std::stop_token const& stop) {
    try {
        return read_once(request, client, stop);
    } catch (SeriesInconsistent const& error) {
        log.warning("reading the window once more",
                    {{"window", to_string(request.from)}, {"reason", error.what()}});
        return read_once(request, client, stop);
    }
}

} // namespace billhouse
