#include "fetch/link_header.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

/// Reads a Link header from left to right (RFC 8288 appendix B.2).
class LinkReader {
public:
    explicit LinkReader(std::string_view header) : header_(header), rest_(header) {}

    std::optional<std::string> find_next() {
        skip(" \t,");
        while (!rest_.empty()) {
            auto const target = read_target();
            if (read_parameters()) return std::string(target);
            skip(" \t");
            if (!rest_.empty() && rest_[0] != ',') fail();
            skip(" \t,");
        }
        return std::nullopt;
    }

private:
    void skip(std::string_view characters) {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
    }

    std::string_view take_until(std::string_view characters) {
        auto const taken = rest_.substr(0, rest_.find_first_of(characters));
        rest_.remove_prefix(taken.size());
        return trimmed(taken);
    }

    std::string_view read_target() {
        auto const end = rest_.find('>');
        if (rest_[0] != '<' || end == std::string_view::npos) fail();
        auto const target = rest_.substr(1, end - 1);
        rest_.remove_prefix(end + 1);
        return target;
    }

    /// @returns whether the link leads to the next page
    bool read_parameters() {
        std::optional<std::string> relations;
        bool is_anchored = false;
        for (skip(" \t"); rest_.starts_with(';'); skip(" \t")) {
            rest_.remove_prefix(1);
            auto const name = lower_ascii(take_until("=;,"));
            auto value = read_value();
            if (name == "rel" && !relations) relations = std::move(value);
            is_anchored = is_anchored || name == "anchor";
        }
        return relations && !is_anchored && holds_next(lower_ascii(*relations));
    }

    std::string read_value() {
        if (!rest_.starts_with('=')) return {};
        rest_.remove_prefix(1);
        skip(" \t");
        return rest_.starts_with('"') ? read_quoted() : std::string(take_until(" \t;,"));
    }

    std::string read_quoted() {
        std::string value;
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                rest_.remove_prefix(at + 1);
                return value;
            }
            if (rest_[at] == '\\' && at + 1 < rest_.size()) ++at;
            value += rest_[at];
        }
        fail();
    }

    static bool holds_next(std::string const& relations) {
        return (" " + relations + " ").find(" next ") != std::string::npos;
    }

    [[noreturn]] void fail() const {
        throw Error(ErrorKind::data,
                    fmt::format("the Link header cannot be read from byte {} on: '{}'",
                                header_.size() - rest_.size(), printable(header_, 200)),
                    "It must be a list of links as RFC 8288 defines it; ask the vendor.");
    }

    std::string_view header_, rest_;
};

} // namespace

std::optional<std::string> next_link(std::string_view header) {
    return LinkReader(header).find_next();
}

} // namespace billhouse
