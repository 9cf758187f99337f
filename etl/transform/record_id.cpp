#include "transform/record_id.hpp"

#include <fmt/format.h>

namespace billhouse {

RecordId::RecordId(std::vector<Path> paths, FieldTable& fields, NullTokens const& null_tokens)
    : paths_(std::move(paths)), fields_(fields), null_tokens_(null_tokens) {
    for (auto const& path : paths_)
        slots_.push_back(fields.slot(path, false));
}

std::string RecordId::read(Fault& fault) const {
    std::string id;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        auto const* node = fields_.value(slots_[i]);
        bool const is_text =
            node != nullptr && (node->kind == JsonKind::string || node->kind == JsonKind::number);
        if (!is_text || null_tokens_.contains(node->text)) {
            fault = {"required_missing", fmt::format("the record has no id at {}", to_string(paths_[i])), ""};
            return {};
        }
        // Each field with its length: two ids that only run together alike stay two.
        if (paths_.size() > 1) id += std::to_string(node->text.size()) + ':';
        id += node->text;
    }
    return id;
}

} // namespace billhouse
