#include "base/text.hpp"
#include "decode/csv_reader.hpp"
#include "decode/text_hash.hpp"
#include "decode/text_records.hpp"
#include "decode/tree_builder.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kShownNameBytes = 60;

/// The fields' names, from the first row.
std::vector<std::string> read_header(CsvReader& csv, DecodeLimits const& limits) {
    if (!csv.next()) csv.fail(1, "there is no header row");
    if (!is_utf8(csv.row())) csv.fail(csv.line(), "bytes that are not UTF-8");
    if (csv.fields().size() > limits.values)
        csv.fail(csv.line(), fmt::format("more than {} fields", limits.values));
    std::vector<std::string> names(csv.fields().begin(), csv.fields().end());
    auto sorted = names;
    std::ranges::sort(sorted);
    if (sorted.front().empty()) csv.fail(csv.line(), "a field without a name");
    if (auto const twice = std::ranges::adjacent_find(sorted); twice != sorted.end())
        csv.fail(csv.line(),
                 fmt::format("the field '{}' is named twice", printable(*twice, kShownNameBytes)));
    return names;
}

void check_row(CsvReader const& csv, std::size_t expected) {
    if (csv.fields().size() != expected)
        csv.fail(csv.line(), fmt::format("{} fields, the header has {}", csv.fields().size(), expected));
    if (!is_utf8(csv.row())) csv.fail(csv.line(), "bytes that are not UTF-8");
}

} // namespace

DecodedPage decode_csv(std::string_view body, char delimiter, DecodeLimits const& limits,
                       RecordSink const& sink) {
    DecodedPage page;
    TreeBuilder(page.envelope).scalar(JsonKind::null, "null");
    page.found = RecordsFound::array;
    TextHash hash(body.data());
    if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());

    CsvReader csv(body, delimiter, limits.text);
    auto const names = read_header(csv, limits);
    JsonTree tree;
    TreeBuilder record(tree);
    std::size_t values = 0;
    while (csv.next()) {
        hash.reached(csv.row().data());
        check_row(csv, names.size());
        if ((values += names.size()) > limits.values)
            csv.fail(csv.line(), fmt::format("more than {} values", limits.values));
        record.open(JsonKind::object);
        for (std::size_t i = 0; i < names.size(); ++i) {
            record.key(names[i]);
            record.scalar(JsonKind::string, csv.fields()[i]);
        }
        record.close();
        sink({tree, csv.row(), page.records++, record.defect()});
        record.clear();
    }
    page.content_hash = to_hex(hash.finish(body.data() + body.size()));
    return page;
}

} // namespace billhouse
