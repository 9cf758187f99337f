#include "transform/record_paths.hpp"

namespace billhouse {

std::string record_pointer(RecordView const& record, RecordsSpec::Shape shape) {
    std::string text(record.place);
    if (shape == RecordsSpec::Shape::map) append_pointer_step(record.member, text);
    if (shape == RecordsSpec::Shape::array) text += '/' + std::to_string(record.index);
    return text;
}

std::vector<std::string> element_prefixes(RecordsSpec const& records) {
    std::vector<std::string> prefixes;
    for (auto const& path : records.explode) {
        auto& prefix = prefixes.emplace_back();
        for (auto const& key : path.keys)
            append_pointer_step(key, prefix);
        prefix += '/';
    }
    return prefixes;
}

} // namespace billhouse
