#pragma once

#include "load/line_writer.hpp"
#include "load/slice_diff.hpp"

#include <span>
#include <vector>

namespace billhouse {

/// Writes one slice's differences into the star and its journal. All that it writes shows the same moment.
class LineMerge {
public:
    LineMerge(PgSession& session, MergeContext const& context, StarRows const& rows,
              ResolvedMembers const& members)
        : session_(session), context_(context), rows_(rows), members_(members) {}

    /// @throws Error(data)  a line changed a member that its identity rests on;
    ///                      (bug) something else writes to the slice
    void apply(SliceDiff const& diff, SliceChange& change);

private:
    using Places = std::vector<std::uint32_t>; ///< of lines
    using Origins = std::vector<LineWriter::Origin>;

    struct Presence {
        StoredKey line;
        std::string_view op;
        std::int32_t sign;
    };

    std::vector<SqlValue> moment_and_slice() const;
    void ensure_partitions(char const* table, Date first, Date last);
    void ensure_journal_partition(SliceDiff const& diff);
    void ensure_fact_partitions(Places const& fresh);
    void add_new(Places const& fresh, SliceChange& change);
    LineWriter::Origin first_sight() const;
    /// A line that comes back goes on where it vanished: its version continues, and it was first known when
    /// it was first loaded.
    void take_up_vanished(std::span<std::uint32_t const> fresh, std::span<LineWriter::Origin> origins);
    std::string key_array(std::span<std::uint32_t const> lines) const;
    void note_new(Places const& fresh, Origins const& origins, SliceChange& change);
    void note_vanished(std::vector<StoredKey> const& vanished);
    /// @param origins  of each line; empty where all are seen for the first time
    void copy_lines(EmbeddedText const& statement, Places const& places, Origins const& origins);
    void merge_changed(Places const& changed, SliceChange& change);
    void refuse_moved();
    /// The journal takes what it says of a line from the fact: after new ones are there, before vanished ones
    /// are gone.
    void record_presence();
    void remove_vanished(std::size_t vanished, SliceChange& change);
    /// The caller's lock keeps other loads out of the slice, so every line that was read must still be there.
    void expect(std::int64_t actual, std::size_t expected, char const* what) const;

    PgSession& session_;
    MergeContext const& context_;
    StarRows const& rows_;
    ResolvedMembers const& members_;
    Instant recorded_at_;
    std::vector<Presence> presence_; ///< lines that came late or back, or went
};

} // namespace billhouse
