#pragma once

#include "transform/star_rows.hpp"

#include <cstdint>
#include <vector>

namespace billhouse {

struct StoredKey {
    Date charge_date;
    Uuid key;
};

/// How a complete read of a slice differs from what the star holds.
struct SliceDiff {
    std::vector<std::uint32_t> fresh,
        changed;                     ///< places of lines: without a stored one, with one of another hash
    std::vector<StoredKey> vanished; ///< stored, but not read; by date and key
    std::int64_t unchanged = 0;
    bool empty() const { return fresh.empty() && changed.empty() && vanished.empty(); }
};

/// Compares the lines of a read with those of the star, which come one by one and are not kept.
class SliceComparison {
public:
    /// @throws Error(bug)  a line outside [from, to), or two lines with one key: neither may come out of the
    /// transform
    SliceComparison(ChargeLines const& lines, Date from, Date to);
    /// A line that the star holds.
    void meet(StoredKey const& stored, std::int64_t content_hash);
    SliceDiff finish();

private:
    void note_if_fresh(std::uint32_t place);

    ChargeLines const& lines_;
    std::vector<std::uint32_t> const& by_key_;
    std::vector<bool> met_; ///< by place
    SliceDiff diff_;
};

} // namespace billhouse
