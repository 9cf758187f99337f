#include "job/job_definition.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace billhouse {

std::string to_string(Path const& path) {
    return path.keys.empty() ? "(root)" : fmt::format("{}", fmt::join(path.keys, "."));
}

bool Template::uses(Placeholder::Name name) const {
    return std::any_of(parts.begin(), parts.end(), [name](TemplatePart const& part) {
        auto const* const placeholder = std::get_if<Placeholder>(&part);
        return placeholder && placeholder->name == name;
    });
}

} // namespace billhouse
