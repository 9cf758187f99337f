#include "decode/records_place.hpp"

namespace billhouse {

namespace {

/// Follows the path to all places that it names.
class PlaceFinder {
public:
    PlaceFinder(RecordsSpec const& records, DecodedPage& page) : records_(records), page_(page) {}

    void run() {
        follow(page_.envelope.root());
        if (is_missing_) {
            page_.found = RecordsFound::missing;
        } else {
            page_.found = nulls_ > 0 && arrays_ == 0 ? RecordsFound::null : RecordsFound::array;
        }
    }

private:
    void follow(JsonNode const& node) {
        auto const& keys = records_.path.keys;
        if (at_.keys.size() == keys.size()) return arrive(node);
        auto const& key = keys[at_.keys.size()];
        if (key == kEvery) return follow_each(node);
        auto const* child = page_.envelope.find(node, Path{{key}});
        step(child, key);
    }

    void follow_each(JsonNode const& node) {
        if (node.kind == JsonKind::null) return void(++nulls_);
        bool const is_array = node.kind == JsonKind::array;
        if (!is_array && node.kind != JsonKind::object) return miss();
        std::size_t index = 0;
        auto const* child = page_.envelope.first_child(node);
        for (; child != nullptr && !is_missing_; child = page_.envelope.next(*child))
            step(child, is_array ? std::to_string(index++) : std::string(child->key));
    }

    void step(JsonNode const* child, std::string key) {
        at_.keys.push_back(std::move(key));
        child == nullptr ? miss() : follow(*child);
        at_.keys.pop_back();
    }

    void arrive(JsonNode const& node) {
        if (node.kind == JsonKind::null) return void(++nulls_);
        if (!holds_records(records_, node.kind)) return miss();
        ++arrays_;
    }

    void miss() {
        if (!is_missing_) page_.missing_at = at_;
        is_missing_ = true;
    }

    RecordsSpec const& records_;
    DecodedPage& page_;
    Path at_;
    bool is_missing_ = false;
    std::size_t arrays_ = 0, nulls_ = 0;
};

} // namespace

bool holds_records(RecordsSpec const& records, JsonKind kind) {
    return kind == (records.shape == RecordsSpec::Shape::array ? JsonKind::array : JsonKind::object);
}

void note_place(RecordsSpec const& records, DecodedPage& page) {
    PlaceFinder(records, page).run();
}

} // namespace billhouse
