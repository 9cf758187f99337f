#pragma once

#include "job/job_definition.hpp"
#include "transform/star_mapper.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Job definitions written by hand, as the job reader would make them of a file.
namespace billhouse::samples {

/// A dotted path; "parent." in front steps out of an exploded element.
ValueSource path(std::string_view dotted);
ValueSource constant(std::string text);
ValueSource partition();
ValueSource calculation(ValueSource::Kind kind, ValueSource left, ValueSource right);
Path dotted(std::string_view text);

ColumnRule line_rule(std::string_view column, std::vector<ValueSource> from);
ColumnRule line_rule(std::string_view column, std::string_view path);
ColumnRule document_rule(std::string_view column, std::vector<ValueSource> from);

TimeFormat format(std::string_view pattern);
std::vector<std::size_t> line_columns(std::vector<std::string_view> const& names);
ColumnRule& rule_of(MappingSpec& mapping, std::string_view column);

SourceDefinition guance_source();
StreamDefinition guance_stream();
SourceDefinition ocamba_source();
StreamDefinition ocamba_stream();

/// A flat job with little in it: records at "rows" with date, id, cost; other columns are added by the test.
SourceDefinition plain_source();
StreamDefinition plain_stream();

/// Decodes the pages and maps them as one series.
StarRows mapped(SourceDefinition const& source, StreamDefinition const& stream,
                std::vector<std::string> const& pages, std::string const& partition = {});
/// The plain job over the records given, each a JSON text.
StarRows mapped_plain(StreamDefinition const& stream, std::vector<std::string> const& records);

/// Everything a line says, one "column=value" a text line, absent columns left out; members are resolved,
/// page and path left out.
std::string described(StarRows const& rows, ChargeLine const& line);
/// All lines' descriptions, sorted: equal for equal content whatever the order was.
std::vector<std::string> described(StarRows const& rows);

} // namespace billhouse::samples
