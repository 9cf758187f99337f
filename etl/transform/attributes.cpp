#include "transform/attributes.hpp"

#include <algorithm>
#include <tuple>

namespace billhouse {

std::string AttributeWriter::write(JsonTree const& tree, FieldTable const& fields,
                                   std::vector<FieldTable const*> const& parents) {
    members_.clear();
    for (auto const& unread : fields.unread())
        members_.push_back({unread.node->key, unread, &fields});
    int up = 0;
    for (auto const* parent : parents)
        add_parents(*parent, ++up);
    std::erase_if(members_, [&](Member const& member) { return is_void(*member.unread.node); });
    if (members_.empty()) return {};
    out_.clear();
    return write_members(tree, members_) ? out_ : std::string();
}

std::string AttributeWriter::outer_name(Member const& member) {
    std::string name;
    for (int up = 0; up < member.up; ++up)
        name += "parent.";
    return name.append(member.key);
}

void AttributeWriter::add_parents(FieldTable const& parent, int up) {
    auto const own = members_.size();
    for (auto const& unread : parent.unread()) {
        auto const own_end = members_.begin() + static_cast<std::ptrdiff_t>(own);
        bool const is_taken =
            std::ranges::find(members_.begin(), own_end, unread.node->key, &Member::key) != own_end;
        members_.push_back({unread.node->key, unread, &parent, is_taken ? up : 0});
    }
}

bool AttributeWriter::write_members(JsonTree const& tree, std::vector<Member>& members) {
    std::ranges::sort(members, {}, [](Member const& member) { return std::tuple(member.up, member.key); });
    auto const start = out_.size();
    out_ += '{';
    for (auto const& member : members) {
        auto const before = out_.size();
        if (out_.back() != '{') out_ += ',';
        append_json_text(member.up == 0 ? member.key : std::string_view(outer_name(member)), out_);
        out_ += ':';
        if (!write_value(tree, member)) out_.resize(before);
    }
    bool const has_any = out_.size() > start + 1;
    if (!has_any) out_.resize(start);
    if (has_any) out_ += '}';
    return has_any;
}

bool AttributeWriter::is_void(JsonNode const& node) const {
    return node.kind == JsonKind::null || (node.kind == JsonKind::string && tokens_.contains(node.text));
}

bool AttributeWriter::write_value(JsonTree const& tree, Member const& member) {
    auto const& node = *member.unread.node;
    if (is_void(node)) return false;
    if (node.kind != JsonKind::object) {
        tree.write(node, out_);
        return true;
    }
    std::vector<Member> members;
    for (auto const& unread : member.table->unread_members(tree, member.unread))
        members.push_back({unread.node->key, unread, member.table});
    return write_members(tree, members);
}

} // namespace billhouse
