#pragma once

#include "base/text.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// A JSON array of flat objects: how a handful of rows goes to a statement as one value (jsonb_to_recordset).
/// Many rows go by COPY.
class JsonRows {
public:
    void begin_row() { text_ += text_.empty() ? "[{" : "},{"; }
    void text(std::string_view name, std::optional<std::string_view> value) {
        raw(name, value ? json_quoted(*value) : "null");
    }
    void integer(std::string_view name, std::int64_t value) { raw(name, std::to_string(value)); }
    void boolean(std::string_view name, bool value) { raw(name, value ? "true" : "false"); }
    /// @param value  JSON already
    void raw(std::string_view name, std::string_view value) {
        if (text_.back() != '{') text_ += ',';
        text_.append("\"").append(name).append("\":").append(value);
    }
    bool empty() const { return text_.empty(); }
    std::string finish() const { return text_.empty() ? "[]" : text_ + "}]"; }

private:
    std::string text_;
};

} // namespace billhouse
