#include "transform/field_table.hpp"

#include "transform/column_text.hpp"

#include <algorithm>

namespace billhouse {

namespace {

// Beyond this many places a level looks its keys up each time; no record of a sane vendor is as wide.
constexpr std::size_t kRememberedPlaces = 512;

std::uint64_t length_bit(std::string_view text) {
    return std::uint64_t{1} << std::min<std::size_t>(text.size(), 63);
}

bool is_container(JsonNode const& node) {
    return node.kind == JsonKind::object || node.kind == JsonKind::array;
}

} // namespace

NullTokens::NullTokens(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {
    for (auto const& token : tokens_)
        lengths_ |= length_bit(token);
}

bool NullTokens::contains(std::string_view text) const {
    auto const bare = bare_text(text);
    return (lengths_ & length_bit(bare)) != 0 && std::ranges::find(tokens_, bare) != tokens_.end();
}

std::size_t FieldTable::slot(Path const& path, bool is_mapped) {
    std::size_t level = 0;
    for (std::size_t i = 0; i + 1 < path.keys.size(); ++i) {
        if (field(level, path.keys[i]).level < 0) {
            field(level, path.keys[i]).level = static_cast<int>(levels_.size());
            levels_.emplace_back();
        }
        level = static_cast<std::size_t>(field(level, path.keys[i]).level);
    }
    auto& target = field(level, path.keys.back());
    target.is_mapped = target.is_mapped || is_mapped;
    if (target.slot < 0) {
        target.slot = static_cast<int>(values_.size());
        values_.push_back(nullptr);
    }
    return static_cast<std::size_t>(target.slot);
}

FieldTable::Field& FieldTable::field(std::size_t level, std::string const& key) {
    auto& fields = levels_[level].fields;
    auto const known = find(levels_[level], key);
    return known >= 0 ? fields[static_cast<std::size_t>(known)] : fields.emplace_back(Field{.key = key});
}

void FieldTable::clear() {
    std::ranges::fill(values_, nullptr);
    unread_.clear();
}

void FieldTable::read(JsonTree const& tree, JsonNode const& record) {
    clear();
    tree_ = &tree;
    read_level(tree, record, 0);
}

void FieldTable::read_level(JsonTree const& tree, JsonNode const& container, std::size_t level) {
    std::size_t place = 0;
    for (auto const* child = tree.first_child(container); child != nullptr;
         child = tree.next(*child), ++place) {
        auto const known = container.kind == JsonKind::array ? find(levels_[level], std::to_string(place))
                                                             : find(levels_[level], child->key, place);
        auto const* const field =
            known < 0 ? nullptr : &levels_[level].fields[static_cast<std::size_t>(known)];
        if (level == 0 && (field == nullptr || !field->is_mapped))
            unread_.push_back({child, field == nullptr ? -1 : field->level});
        if (field == nullptr) continue;
        if (field->slot >= 0) values_[static_cast<std::size_t>(field->slot)] = child;
        if (field->level >= 0 && is_container(*child))
            read_level(tree, *child, static_cast<std::size_t>(field->level));
    }
}

std::vector<FieldTable::Unread> FieldTable::unread_members(JsonTree const& tree, Unread const& object) const {
    std::vector<Unread> members;
    for (auto const* child = tree.first_child(*object.node); child != nullptr; child = tree.next(*child)) {
        Unread member{child, -1};
        if (object.level >= 0) {
            auto const& level = levels_[static_cast<std::size_t>(object.level)];
            auto const known = find(level, child->key);
            if (known >= 0 && level.fields[static_cast<std::size_t>(known)].is_mapped) continue;
            if (known >= 0) member.level = level.fields[static_cast<std::size_t>(known)].level;
        }
        members.push_back(member);
    }
    return members;
}

int FieldTable::find(Level const& level, std::string_view key) {
    auto const place = std::ranges::find(level.fields, key, &Field::key);
    return place == level.fields.end() ? -1 : static_cast<int>(place - level.fields.begin());
}

int FieldTable::find(Level& level, std::string_view key, std::size_t place) {
    if (place < level.seen.size() && level.seen[place].key == key) return level.seen[place].field;
    auto const known = find(level, key);
    if (place < level.seen.size()) {
        level.seen[place] = {std::string(key), known};
    } else if (place < kRememberedPlaces) {
        level.seen.push_back({std::string(key), known});
    }
    return known;
}

} // namespace billhouse
