#include "run/series_reader.hpp"

#include "base/failpoint.hpp"
#include "run/child_records.hpp"
#include "run/request_windows.hpp"
#include "run/series_inconsistent.hpp"
#include "run/stated_totals.hpp"
#include "transform/star_mapper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace billhouse {

namespace {

/// Of a window's pages; what is more waits in a file until it is known whether it is stored.
constexpr std::size_t kBodiesInMemory = 1024 * 1024;

/// The decoder's count against the mapper's: whatever is lost between the two must not close a slice.
void require_all_mapped(SeriesRead const& series) {
    std::int64_t decoded = 0;
    for (auto const& page : series.pages)
        if (!page.parent) decoded += page.records;
    if (decoded == series.rows.records) return;
    throw Error(ErrorKind::bug,
                fmt::format("{} records were decoded, but {} were mapped", decoded, series.rows.records),
                "Nothing was loaded. Please report this with the job file.");
}

/// Rows that shift between two pages show one record twice and hide another; the number of records is right
/// then, but they are not the vendor's.
void require_no_shift(SeriesRead const& series) {
    if (series.pages.size() < 2 || series.rows.duplicates == 0) return;
    auto const last = std::find_if(series.pages.rbegin(), series.pages.rend(),
                                   [](StoredPage const& page) { return !page.parent; });
    auto const& total = last->declared_total;
    if (!total) return;
    throw Error(ErrorKind::data,
                fmt::format("the vendor says {} records in all, but {} of the lines that came are repeated: "
                            "others are missing",
                            *total, series.rows.duplicates),
                "The vendor's data moved while it was read; the next run reads this window again.");
}

class SeriesReader {
public:
    SeriesReader(SeriesRequest const& request, VendorClient& client, std::stop_token const& stop)
        : request_(request), client_(client), stop_(stop),
          mapper_(request.job.source, request.stream, request.partition) {
        if (request.stream.window.fetch == WindowSpec::Fetch::slice)
            mapper_.expect_only(request.from, request.to);
    }

    SeriesRead read() {
        std::vector<EndProof> proofs;
        for (auto const& window : windows_of(request_))
            proofs.push_back(read_window(window));
        series_.proof = joined_proof(proofs);
        if (request_.stream.records.children) series_.proof.how += ", each record's children to their end";
        series_.rows = consistent([&] { return mapper_.finish(); });
        // pieces with inclusive ends share the records between them
        if (proofs.size() == 1) consistent([&] { require_no_shift(series_); });
        ask_totals(request_, client_, stop_, series_.stated);
        require_all_mapped(series_);
        FAILPOINT("series.read");
        return std::move(series_);
    }

private:
    /// Reads one window from its first page to its end, after the pages that the series has already.
    EndProof read_window(RequestWindow const& window) {
        PageReader reader(request_, window, client_, stop_);
        auto const paginator = make_paginator(request_.stream.pagination);
        for (std::optional<PageRequest> at = paginator->first(); at;) {
            auto const index = static_cast<std::int32_t>(series_.pages.size());
            auto const page =
                request_.stream.records.children ? read_parents(reader, *at) : read_page(reader, *at);
            mapper_.commit_page();
            FAILPOINT("page.kept");
            consistent([&] { note_totals(series_.stated, request_, page.totals, index); });
            at = consistent([&] { return paginator->next(page.facts); });
        }
        return paginator->proof();
    }

    /// Page numbers run over all windows of the slice, and over the pages of children.
    void keep(StoredPage page) {
        page.page_number = static_cast<std::int64_t>(series_.pages.size()) + 1;
        page.body = KeptBody(bodies_, std::exchange(page.page.body, {}));
        series_.pages.push_back(std::move(page));
    }

    void begin_page() {
        mapper_.discard_page();
        mapper_.begin_page(static_cast<std::int32_t>(series_.pages.size()));
    }

    ReadPage read_page(PageReader& reader, PageRequest const& at) {
        auto page =
            reader.read(at, {[&] { begin_page(); }, [&](RecordView const& record) { mapper_.map(record); }});
        keep(std::move(page.stored));
        return page;
    }

    ReadPage read_parents(PageReader& reader, PageRequest const& at) {
        ParentPage parents;
        auto page = reader.read(
            at, {[&] { parents.clear(); }, [&](RecordView const& record) { parents.add(record); }});
        begin_page();
        keep(std::move(page.stored));
        for (auto& stored : read_children(request_, client_, stop_, parents))
            keep(std::move(stored));
        parents.map_to(request_.stream.records.children->as,
                       [&](RecordView const& record) { mapper_.map(record); });
        return page;
    }

    SeriesRequest const& request_;
    VendorClient& client_;
    std::stop_token const& stop_;
    StarMapper mapper_;
    SeriesRead series_;
    std::shared_ptr<ByteStore> bodies_ = std::make_shared<ByteStore>(kBodiesInMemory);
};

} // namespace

SeriesRead read_series(SeriesRequest const& request, VendorClient& client, Log& log,
                       std::stop_token const& stop) {
    try {
        return SeriesReader(request, client, stop).read();
    } catch (SeriesInconsistent const& error) {
        log.warning("reading the window once more", {{"reason", error.what()}});
        return SeriesReader(request, client, stop).read();
    }
}

} // namespace billhouse
