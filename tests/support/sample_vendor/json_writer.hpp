#pragma once

#include <string>
#include <string_view>

namespace billhouse::vendor {

/// Writes compact JSON. Numbers come in as text, so that what a row says is what goes over the wire.
class JsonWriter {
public:
    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);
    JsonWriter& number(std::string_view digits);
    JsonWriter& number(std::size_t value) { return number(std::to_string(value)); }
    JsonWriter& boolean(bool value);

    std::string take() { return std::move(text_); }

private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();
    void quote(std::string_view text);

    std::string text_;
};

} // namespace billhouse::vendor
