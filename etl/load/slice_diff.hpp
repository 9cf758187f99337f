#pragma once

#include "transform/star_rows.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace billhouse {

/// What the star holds of a line, as far as a comparison needs it.
struct StoredLine {
    Date charge_date;
    std::int64_t content_hash = 0;
};
using StoredLines = std::unordered_map<Uuid, StoredLine>;

struct StoredKey {
    Date charge_date;
    Uuid key;
};

/// How a complete read of a slice differs from what the star holds.
struct SliceDiff {
    std::vector<std::size_t> fresh,
        changed;                     ///< indices of lines: without a stored one, with one of another hash
    std::vector<StoredKey> vanished; ///< stored, but not read; by date and key
    std::int64_t unchanged = 0;
    bool empty() const { return fresh.empty() && changed.empty() && vanished.empty(); }
};

/// @param stored  consumed: what is left in it has vanished
/// @throws Error(bug)  a line outside [from, to), or two lines with one key: neither may come out of the
/// transform
SliceDiff compare(std::vector<ChargeLine> const& lines, StoredLines stored, Date from, Date to);

} // namespace billhouse
