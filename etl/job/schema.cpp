#include "job/schema.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace billhouse {

namespace {

constexpr std::size_t kShown = 80; ///< characters of a wrong value that a message repeats

std::string found_text(YamlNode const& node) {
    switch (node.kind) {
    case YamlNode::Kind::null:
        return "no value";
    case YamlNode::Kind::sequence:
        return "a list";
    case YamlNode::Kind::mapping:
        return "a mapping";
    case YamlNode::Kind::scalar:
        break;
    }
    return fmt::format("{}'{}'", node.quoted ? "the text " : "", printable(node.text, kShown));
}

std::string with_origin(std::string const& message, YamlNode const& node) {
    return node.origin.empty() ? message : fmt::format("{} ({})", message, node.origin);
}

} // namespace

void Reading::report(YamlNode const& at, std::string const& message, std::string hint) {
    diagnostics_->add({file_, at.mark, at.path, with_origin(message, at), std::move(hint)});
}

void Reading::report_key(YamlNode const& parent, YamlMember const& key, std::string const& message,
                         std::string hint) {
    auto const path = parent.path.empty() ? key.key : parent.path + "." + key.key;
    diagnostics_->add({file_, key.mark, printable(path, 4 * kShown), message, std::move(hint)});
}

void Reading::expected(std::string_view what, YamlNode const& found, std::string hint) {
    report(found, fmt::format("expected {}, found {}", what, found_text(found)), std::move(hint));
}

void Reading::unknown_key(YamlNode const& parent, YamlMember const& key,
                          std::vector<std::string> const& known) {
    auto const near = nearest(key.key, known);
    auto const hint = near ? fmt::format("did you mean `{}`?", *near)
                           : fmt::format("Known here: {}.", fmt::join(known, ", "));
    report_key(parent, key, "unknown key", hint);
}

} // namespace billhouse
