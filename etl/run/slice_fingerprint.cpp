#include "run/slice_fingerprint.hpp"

#include "base/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace billhouse {

namespace {

std::string content_of(BillingDocument const& document) {
    std::string content = fmt::format("document {} {} {}", document.id, to_string(document.period_start),
                                      to_string(document.period_end));
    for (auto const* number :
         {&document.price, &document.discount, &document.amount, &document.usage_percent})
        content += ' ' + (*number ? (*number)->to_string() : "-");
    for (auto const* instant : {&document.vendor_created_at, &document.vendor_updated_at})
        content += ' ' + (*instant ? to_string(**instant) : "-");
    return content + ' ' + document.limit_status.value_or("-") + ' ' + document.attributes;
}

using LinePart = std::array<char, sizeof Uuid::bytes + sizeof ChargeLine::content_hash>;

LinePart part_of(ChargeLine const& line) {
    LinePart part;
    std::memcpy(part.data(), line.key.bytes.data(), line.key.bytes.size());
    std::memcpy(part.data() + line.key.bytes.size(), &line.content_hash, sizeof line.content_hash);
    return part;
}

} // namespace

std::string fingerprint(StarRows const& rows) {
    std::vector<LinePart> lines;
    lines.reserve(rows.lines.size());
    for (auto const& line : rows.lines)
        lines.push_back(part_of(line));
    std::vector<std::string> others;
    for (auto const& document : rows.documents)
        others.push_back(content_of(document));
    for (auto const& reject : rows.rejects)
        others.push_back("reject " + reject.reason_code + ' ' + reject.raw);

    std::vector<std::string_view> parts;
    parts.reserve(lines.size() + others.size());
    for (auto const& line : lines)
        parts.emplace_back(line.data(), line.size());
    parts.insert(parts.end(), others.begin(), others.end());
    std::ranges::sort(parts);
    std::string all;
    for (auto const& part : parts)
        all += part;
    return to_hex(sha256(all));
}

} // namespace billhouse
