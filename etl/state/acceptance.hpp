#pragma once

#include "load/pg_session.hpp"
#include "load/slice_loader.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// A person's word that a slice which a rule stopped is to be loaded all the same.
struct Acceptance {
    std::string reason;
    std::string accepted_by; ///< login name and machine
};

/// Records it in the transaction that loads the slice.
/// @param kind  'vanish' or 'mismatch'
/// @param what  what was accepted, in words
void store_acceptance(PgSession& session, SliceId const& slice, std::int64_t run_id, std::string_view kind,
                      std::string const& what, Acceptance const& acceptance);

/// A slice that waits for a person.
struct HeldSlice {
    std::string stream, partition; ///< "guance.billing_detail"; '' without partitions
    std::string from, problem;     ///< first day
};
std::vector<HeldSlice> held_slices(PgSession& session);

/// Who runs this process: "maria@host", with sudo "maria@host as root".
std::string current_person();

} // namespace billhouse
