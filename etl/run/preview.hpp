#pragma once

#include "run/page_reader.hpp"
#include "run/run_context.hpp"
#include "transform/star_rows.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// A vendor record and what it becomes.
struct PreviewedRecord {
    std::vector<std::pair<std::string, std::string>> fields; ///< path and value, as the vendor sent them
    StarRows rows;
};

struct StreamPreview {
    std::string stream, method, request; ///< the URL, without secrets
    int status = 0;
    std::size_t records = 0;           ///< on the page
    std::optional<std::int64_t> total; ///< what the vendor says there is
    std::string next;                  ///< "the series ends here: ..." or "another page would follow"
    std::vector<PreviewedRecord> shown;
    std::vector<std::string> warnings; ///< of the whole page; of records with children, those shown
};

/// Fetches the first page of each stream's newest window, and maps its first `count` records. Needs no
/// database.
std::vector<StreamPreview> preview_job(RunContext& context, JobDefinition const& job, std::size_t count,
                                       std::optional<Date> until);

} // namespace billhouse
