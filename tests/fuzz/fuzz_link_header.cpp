#include "base/error.hpp"
#include "fetch/link_header.hpp"

#include "fuzz/input.hpp"
#include "fuzz/targets.hpp"

#include <optional>

namespace billhouse {
namespace {

std::optional<std::string> read(std::string const& header) {
    try {
        return next_link(header);
    } catch (Error const& error) {
        hold(error.kind() == ErrorKind::data, error.what());
        return std::nullopt;
    }
}

std::string without(std::string_view text, std::string_view unwanted) {
    std::string kept;
    for (char const c : text)
        if (unwanted.find(c) == unwanted.npos) kept += c;
    return kept;
}

} // namespace

/// A header as it comes; and one of sound links, of which the second leads on.
void fuzz_link_header(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, size);
    std::string const header(input.rest());
    if (auto const found = read(header))
        hold(header.find("<" + *found + ">") != header.npos, "a link that the header does not hold");

    auto const other = without(input.until('\n'), ">");
    auto const target = without(input.until('\n'), ">");
    auto const value = without(input.rest(), "\"\\");
    auto const sound = "<" + other + ">; rel=prev; title=\"" + value + "\", <" + target +
                       ">; title=\"a, b; <c>\"; rel=\"last NEXT\"";
    hold(read(sound) == target, "the next link is not found in: " + sound);
    hold(!read("<" + other + ">; rel=\"prev\"; title=\"" + value + "\""), "a next link where none is");
}

} // namespace billhouse
