#include "support/json_value.hpp"

#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>

#include <stdexcept>

namespace billhouse {

namespace {

/// Builds the tree; `open_` holds the containers that are not closed yet, by value, so that none of them
/// moves about.
class Builder : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Builder> {
public:
    bool Null() { return add({}); }
    bool Bool(bool value) { return add({JsonValue::Kind::boolean, value ? "true" : "false", {}, {}}); }
    bool RawNumber(char const* text, rapidjson::SizeType size, bool) {
        return add({JsonValue::Kind::number, std::string(text, size), {}, {}});
    }
    bool String(char const* text, rapidjson::SizeType size, bool) {
        return add({JsonValue::Kind::string, std::string(text, size), {}, {}});
    }
    bool Key(char const* text, rapidjson::SizeType size, bool) {
        open_.back().members.emplace_back(std::string(text, size), JsonValue());
        return true;
    }
    bool StartObject() { return open(JsonValue::Kind::object); }
    bool EndObject(rapidjson::SizeType) { return close(); }
    bool StartArray() { return open(JsonValue::Kind::array); }
    bool EndArray(rapidjson::SizeType) { return close(); }

    JsonValue take() { return std::move(root_); }

private:
    bool open(JsonValue::Kind kind) {
        open_.push_back({kind, "", {}, {}});
        return true;
    }
    bool close() {
        JsonValue value = std::move(open_.back());
        open_.pop_back();
        return add(std::move(value));
    }
    bool add(JsonValue value) {
        if (open_.empty())
            root_ = std::move(value);
        else if (open_.back().kind == JsonValue::Kind::object)
            open_.back().members.back().second = std::move(value);
        else
            open_.back().elements.push_back(std::move(value));
        return true;
    }

    JsonValue root_;
    std::vector<JsonValue> open_;
};

} // namespace

bool JsonValue::has(std::string const& key) const {
    for (auto const& member : members)
        if (member.first == key) return true;
    return false;
}

JsonValue const& JsonValue::operator[](std::string const& key) const {
    for (auto const& member : members)
        if (member.first == key) return member.second;
    throw std::runtime_error("JSON value has no member " + key);
}

JsonValue parse_json(std::string const& text) {
    Builder builder;
    rapidjson::Reader reader;
    rapidjson::StringStream stream(text.c_str());
    if (reader.Parse<rapidjson::kParseNumbersAsStringsFlag | rapidjson::kParseIterativeFlag>(stream, builder)
            .IsError())
        throw std::runtime_error("no JSON: " + text.substr(0, 200));
    return builder.take();
}

std::int64_t millionths(std::string const& decimal) {
    std::size_t const point = std::min(decimal.find('.'), decimal.size());
    std::string digits = decimal.substr(0, point);
    std::string fraction = point == decimal.size() ? "" : decimal.substr(point + 1);
    bool const plain = decimal.find_first_not_of("-0123456789.") == std::string::npos;
    if (!plain || digits.empty() || fraction.size() > 6 || decimal.ends_with('.'))
        throw std::runtime_error("no decimal of at most six places: " + decimal);
    return std::stoll(digits + fraction.append(6 - fraction.size(), '0'));
}

} // namespace billhouse
