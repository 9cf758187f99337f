#pragma once

#include "decode/json_records.hpp"
#include "job/job_definition.hpp"
#include "transform/star_rows.hpp"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace billhouse {

/// Turns vendor records into star rows by a job's mapping. Pure: the same bytes give the same rows, whatever
/// the clock, zone or locale of the machine. One object a stream and partition; reused from page to page.
class StarMapper {
public:
    StarMapper(SourceDefinition const& source, StreamDefinition const& stream, std::string partition);
    ~StarMapper();
    /// The vendor was asked for [from, to) only: a line dated elsewhere is rejected instead of being loaded
    /// unseen. Columns with {window: ...} take their dates from it.
    void expect_only(Date from, Date to);

    /// Starts a page. Rows of it count only after commit_page(): a page that has to be fetched again is
    /// dropped with discard_page().
    void begin_page(std::int32_t page);
    void map(RecordView const& record);
    void commit_page();
    void discard_page();

    /// Ends a series of pages: numbers equal identities, computes keys and hashes, and hands over what was
    /// collected.
    /// @throws Error(data)  the same record id with different content on two pages: the vendor's data moved
    /// while it was read
    StarRows finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Cuts out the rows dated in [from, to) and leaves the rest; members stay common to both. A document goes
/// with its lines. Rejects whose date could not be read and duplicates go with the first cut, so that none is
/// lost and read = lines + rejects + duplicates holds for each part.
StarRows take_window(StarRows& rows, Date from, Date to);

} // namespace billhouse
