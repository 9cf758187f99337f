#pragma once

#include "transform/line_numbers.hpp"
#include "transform/members.hpp"
#include "transform/star_rows.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace billhouse {

/// The rows of one series of pages. A page's rows stay only if it is committed.
class Series {
public:
    explicit Series(MemberBook& members) : members_(members) {}

    void begin_page(std::int32_t number);
    void commit_page();
    /// Drops what came since begin_page(); after commit_page() there is nothing to drop.
    void discard_page();
    void count_record() { ++rows.records; }

    void leave_out() { ++rows.left_out; }
    /// @param identity  the line's, canonical, without the ordinal
    void add(ChargeLine const& line, std::string_view identity);
    void add(Reject&& reject);
    /// Whether the record with this id came before; if so it is counted.
    bool is_repeated(std::string const& id, std::string_view raw);
    void remember(std::string const& id, std::string_view raw, std::int64_t lines);

    /// Numbers the lines, hands the rows over and starts anew.
    /// @throws Error(data)  a record came again with different content
    StarRows finish(bool by_position);

    StarRows rows; ///< members are added by finish()
    std::int32_t page = 0;

private:
    struct Known {
        std::int64_t content;
        std::int64_t lines; ///< that the record was counted as
    };
    struct Mark {
        MemberBook::Mark members{};
        std::size_t lines = 0, documents = 0, rejects = 0;
        std::int64_t records = 0, read = 0, duplicates = 0, left_out = 0;
        std::optional<std::string> moved;
    };

    Mark here() const;

    MemberBook& members_;
    Mark mark_; ///< what is certain: the end of the last page that was committed
    LineNumbers numbers_;
    std::unordered_map<std::string, Known> known_;
    std::vector<std::string> page_ids_; ///< met first on the page at hand
    std::optional<std::string> moved_;  ///< id of a record that changed while it was read
};

} // namespace billhouse
