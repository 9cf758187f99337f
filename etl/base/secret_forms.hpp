#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// The texts by which a secret can give itself away in a log: as it is, percent-encoded as in a URL (either
/// case, blanks as %20 or +), in a JSON string, and inside base64 (both alphabets, at each of the three
/// places that it can take behind other bytes, as in "Authorization: Basic"). Longest first, without
/// duplicates; none shorter than 4 bytes, for replacing those would garble ordinary text.
std::vector<std::string> secret_forms(std::string_view secret);

} // namespace billhouse
