#pragma once

#include "load/dimension_keys.hpp"
#include "load/pg_session.hpp"
#include "transform/star_rows.hpp"

#include <cstdint>
#include <vector>

namespace billhouse {

/// Which lines a complete read replaces: those of one stream and scope with charge_date in [from, to).
struct SliceId {
    std::int32_t stream_id = 0;
    std::int64_t source_key = 0;
    std::string scope; ///< the partition's value, '' where there is none
    Date from{}, to{};
};

/// What a merge did to the star. inserted = first sights, late and reappeared ones not among them.
struct SliceChange {
    std::int64_t inserted = 0, late = 0, reappeared = 0, restated = 0, relabelled = 0, vanished = 0,
                 unchanged = 0;
    std::int64_t documents_changed = 0;
    std::int64_t before = 0; ///< lines that the slice held
    bool held = false;       ///< too many would vanish: nothing was written, `vanished` says how many
    bool accepted = false;   ///< too many vanished, but a person had accepted it
    /// Lines written or removed; 0 while held.
    std::int64_t changed() const {
        return held ? 0 : inserted + late + reappeared + restated + relabelled + vanished;
    }
    SliceChange& operator+=(SliceChange const& other);
};

struct MergeContext {
    SliceId slice;
    std::int64_t run_id = 0;
    std::vector<std::int64_t> page_ids; ///< by page index; filled in by the caller before the merge
    bool seen_before = false;           ///< the slice was complete once: new lines are late or reappearing
    int max_vanish_permille = 500;
    std::int64_t accepted_vanish = 0; ///< a person let so many lines go, whatever the limit
};

/// Brings the star to what a complete read of a slice says, writing only differences. Runs inside the
/// caller's transaction.
class SliceLoader {
public:
    explicit SliceLoader(DimensionKeys& keys) : keys_(keys) {}
    SliceChange merge(PgSession& session, MergeContext const& context, StarRows const& rows);

private:
    DimensionKeys& keys_;
};

} // namespace billhouse
