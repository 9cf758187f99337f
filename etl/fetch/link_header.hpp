#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// The target of the first link with the relation "next" in the values of a Link header (RFC 8288 section 3),
/// as it is written there; nullopt where none has it. Relation names are compared without case, of two `rel`
/// in one link the second is ignored, and a link with an `anchor` speaks of another page.
/// @throws Error(data)  a header that is no list of links: where there is no end, none must be read
std::optional<std::string> next_link(std::string_view header);

} // namespace billhouse
