#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// What a source or column mapping may hold instead of a path, as written.
struct SourceDraft {
    std::optional<std::string> constant;
    std::optional<bool> partition;
    std::optional<std::vector<ValueSource>> add, subtract, multiply, concat;
    std::optional<ValuePath> units, nanos, sum;
    std::optional<Path> of;
    std::optional<std::string> separator, window, job;
};

/// A column in its long form: its sources, and how their value is read.
struct ColumnDraft : SourceDraft {
    std::optional<std::vector<ValueSource>> from;
    ColumnRule rule;
};

/// All sources that the mapping names: exactly one is right.
std::vector<ValueSource> sources_of(SourceDraft const& draft);
/// Reports where they are not one.
bool is_one_source(SourceDraft const& draft, std::size_t count, YamlNode const& node, Reading& reading);

/// One way to get a value: a path, or {constant: X}, {partition: true}, {add|subtract|multiply: [source,
/// source]} and so on.
Shape<ValueSource> value_source();

/// The keys of a source that is no plain path.
template <class Draft>
MappingShape<Draft> source_keys();

} // namespace billhouse
