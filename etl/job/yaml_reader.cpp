#include "job/yaml_reader.hpp"

#include "base/text.hpp"
#include "job/yaml_text_rules.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace billhouse {

namespace {

/// From version 0.8 on yaml-cpp adds the anchor's name to one of its messages; ours do not depend on its
/// version.
std::string wording(YAML::Exception const& error) {
    constexpr std::string_view kUnknownAnchor = "the referenced anchor is not defined";
    return error.msg.starts_with(kUnknownAnchor) ? std::string(kUnknownAnchor) : error.msg;
}

constexpr int kMaxEvents = 10'000;
constexpr std::size_t kMaxDepth = 32;

/// Builds the tree from yaml-cpp's events and refuses what configuration files must not use. Only the events
/// are used: yaml-cpp's own loader drops what follows the first root, and eats all memory on three bytes
/// ("&a,").
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(YamlText const& text) : text_(text) {}

    YamlNode take_root() { return std::move(root_); }
    bool found_root() const { return found_root_; }

    void OnDocumentStart(YAML::Mark const&) override {}
    void OnDocumentEnd() override {}
    void OnAlias(YAML::Mark const&, YAML::anchor_t) override {} // its anchor came before, and was refused
    void OnNull(YAML::Mark const& mark, YAML::anchor_t anchor) override {
        enter(mark, "", anchor);
        if (expects_key()) throw YamlFault{at(mark), "a key is missing", {}};
        if (!open_.empty() && open_.back().node->kind == YamlNode::Kind::sequence)
            throw YamlFault{at(mark), "empty list element",
                            "Write \"\" for empty text, or remove the comma or dash."};
        place({}, mark);
    }
    void OnScalar(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                  std::string const& value) override {
        enter(mark, tag, anchor);
        bool const quoted = tag == "!";
        if (expects_key()) return take_key(mark, value, quoted);
        check_scalar(text_, byte_line(mark), byte_column(mark), value, quoted);
        YamlNode node;
        node.kind = YamlNode::Kind::scalar;
        node.text = value;
        node.quoted = quoted;
        place(std::move(node), mark);
    }
    void OnSequenceStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override {
        open(YamlNode::Kind::sequence, mark, tag, anchor, style == YAML::EmitterStyle::Flow);
    }
    void OnSequenceEnd() override { open_.pop_back(); }
    void OnMapStart(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override {
        open(YamlNode::Kind::mapping, mark, tag, anchor, style == YAML::EmitterStyle::Flow);
    }
    void OnMapEnd() override { open_.pop_back(); }

private:
    struct Open {
        YamlNode* node;
        std::optional<YamlMember> pending; ///< key read, value not yet
        bool flow = false;
        int block_column =
            0; ///< of the innermost block collection: what stands in a flow must be further right
    };

    static std::size_t byte_line(YAML::Mark const& mark) {
        return static_cast<std::size_t>(std::max(mark.line, 0));
    }
    static std::size_t byte_column(YAML::Mark const& mark) {
        return static_cast<std::size_t>(std::max(mark.column, 0));
    }
    Mark at(YAML::Mark const& mark) const { return text_.mark(byte_line(mark), byte_column(mark)); }

    bool expects_key() const {
        return !open_.empty() && open_.back().node->kind == YamlNode::Kind::mapping && !open_.back().pending;
    }

    void enter(YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor) {
        if (++events_ > kMaxEvents)
            throw YamlFault{at(mark), fmt::format("more than {} values", kMaxEvents), {}};
        if (anchor != 0)
            throw YamlFault{at(mark), "anchors are not allowed", "Write values out where they are used."};
        bool const tagged = !tag.empty() && tag != "?" && tag != "!";
        if (tagged || text_.rest_of_line(byte_line(mark), byte_column(mark)).starts_with('!'))
            throw YamlFault{at(mark), "tags are not allowed", "Put text that begins with '!' in quotes."};
        if (!open_.empty() && open_.back().flow && mark.column <= open_.back().block_column)
            throw YamlFault{
                at(mark), "the lines of a [list] or {mapping} must be indented more than its key", {}};
    }

    void open(YamlNode::Kind kind, YAML::Mark const& mark, std::string const& tag, YAML::anchor_t anchor,
              bool flow) {
        enter(mark, tag, anchor);
        if (expects_key()) throw YamlFault{at(mark), "a key must be text", {}};
        if (open_.size() >= kMaxDepth)
            throw YamlFault{at(mark), fmt::format("nested deeper than {} levels", kMaxDepth), {}};
        int const column = !flow ? mark.column : open_.empty() ? -1 : open_.back().block_column;
        YamlNode node;
        node.kind = kind;
        auto* placed = place(std::move(node), mark);
        open_.push_back({placed, std::nullopt, flow, column});
    }

    void take_key(YAML::Mark const& mark, std::string const& key, bool quoted) {
        auto& open = open_.back();
        check_key(text_, byte_line(mark), byte_column(mark), key, quoted);
        if (key == "<<" && !quoted)
            throw YamlFault{at(mark), "merge keys are not allowed", "Write the values out."};
        for (auto const& member : open.node->members)
            if (member.key == key)
                throw YamlFault{at(mark), fmt::format("key '{}' is given twice", printable(key, 100)),
                                fmt::format("The first one is in line {}.", member.mark.line)};
        open.pending = YamlMember{key, at(mark), {}};
    }

    YamlNode* place(YamlNode node, YAML::Mark const& mark) {
        node.mark = at(mark);
        if (open_.empty()) return place_root(std::move(node));
        auto& open = open_.back();
        if (open.node->kind == YamlNode::Kind::sequence) {
            node.path = fmt::format("{}[{}]", open.node->path, open.node->elements.size());
            return &open.node->elements.emplace_back(std::move(node));
        }
        if (node.kind == YamlNode::Kind::null) node.mark = open.pending->mark;
        node.path = open.node->path.empty() ? open.pending->key : open.node->path + "." + open.pending->key;
        open.pending->value = std::move(node);
        open.node->members.push_back(std::move(*open.pending));
        open.pending.reset();
        return &open.node->members.back().value;
    }

    YamlNode* place_root(YamlNode node) {
        if (found_root_)
            throw YamlFault{node.mark, "unexpected text after the end of the mapping",
                            "Check the indentation."};
        if (node.kind != YamlNode::Kind::mapping)
            throw YamlFault{node.mark, "the file must hold a mapping of keys", {}};
        found_root_ = true;
        root_ = std::move(node);
        return &root_;
    }

    YamlText const& text_;
    YamlNode root_;
    bool found_root_ = false;
    std::vector<Open> open_;
    int events_ = 0;
};

YamlNode parse(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    check_characters(bytes);
    auto const text = YamlText(bytes);
    check_lines(text);
    std::istringstream stream{std::string(bytes)};
    YAML::Parser parser(stream);
    TreeBuilder builder(text);
    try {
        // The second call finds what yaml-cpp would silently drop: it ends in place_root().
        if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
    } catch (YAML::Exception const& error) {
        throw YamlFault{text.mark(static_cast<std::size_t>(std::max(error.mark.line, 0)),
                                  static_cast<std::size_t>(std::max(error.mark.column, 0))),
                        fmt::format("not valid YAML: {}", wording(error)),
                        {}};
    }
    if (!builder.found_root()) throw YamlFault{{1, 1}, "the file is empty", {}};
    return builder.take_root();
}

} // namespace

YamlNode const* YamlNode::find(std::string_view key) const {
    for (auto const& member : members)
        if (member.key == key) return &member.value;
    return nullptr;
}

std::optional<YamlNode> read_yaml(std::string_view text, std::string const& file, Diagnostics& diagnostics) {
    try {
        return parse(text);
    } catch (YamlFault const& fault) {
        diagnostics.add({file, fault.mark, {}, fault.message, fault.hint});
        return std::nullopt;
    }
}

} // namespace billhouse
