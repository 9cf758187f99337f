#pragma once

#include "load/slice_loader.hpp"

namespace billhouse {

/// Writes the billing documents of a read that differ from those the warehouse has. One that is not there
/// any more stays: its lines have left the star.
/// @returns how many were written
std::int64_t merge_documents(PgSession& session, MergeContext const& context, StarRows const& rows,
                             ResolvedMembers const& members);

} // namespace billhouse
