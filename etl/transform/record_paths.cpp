#include "transform/record_paths.hpp"

namespace billhouse {

void write_record_pointer(RecordView const& record, RecordsSpec::Shape shape, std::string& pointer) {
    pointer = record.place;
    if (shape == RecordsSpec::Shape::map) append_pointer_step(record.member, pointer);
    if (shape == RecordsSpec::Shape::array) pointer += '/' + std::to_string(record.index);
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
