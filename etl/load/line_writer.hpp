#pragma once

#include "load/copy_writer.hpp"
#include "load/dimension_keys.hpp"
#include "load/slice_loader.hpp"
#include "transform/star_rows.hpp"

namespace billhouse {

/// Writes lines as rows of wh.fact_charge, or of a staging table of the same columns. The column list stands
/// in the COPY statements.
class LineWriter {
public:
    /// What a line does not say itself.
    struct Origin {
        std::int32_t version = 1;
        Instant loaded_at; ///< when the line first became known
    };

    LineWriter(PgSession& session, EmbeddedText const& statement, MergeContext const& context,
               StarRows const& rows, ResolvedMembers const& members, Instant recorded_at);
    void write(ChargeLine const& line, Origin const& origin);
    void finish() { copy_.finish(); }

private:
    void write_members(ChargeLine const& line);
    void write_content(ChargeLine const& line);

    CopyWriter copy_;
    MergeContext const& context_;
    StarRows const& rows_;
    ResolvedMembers const& members_;
    Instant recorded_at_;
};

/// The key of a line's member; `none` where it has no such member, -1 where the vendor did not name it.
inline std::int64_t key_of(std::vector<std::int64_t> const& keys, MemberIndex member,
                           std::int64_t none = -1) {
    if (!is_named(member)) return member == kUnknown ? -1 : none;
    return keys.at(static_cast<std::size_t>(member));
}
/// Of sub_account_key and sub_account_version_key: a line without one has none, rather than an unknown one.
inline constexpr std::int64_t kNoSubAccount = -2;

} // namespace billhouse
