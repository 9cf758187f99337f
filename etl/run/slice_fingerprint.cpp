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

using LinePart = std::array<char, sizeof Uuid::bytes + sizeof LineHead::content_hash>;

LinePart part_of(LineHead const& line) {
    LinePart part;
    std::memcpy(part.data(), line.key.bytes.data(), line.key.bytes.size());
    std::memcpy(part.data() + line.key.bytes.size(), &line.content_hash, sizeof line.content_hash);
    return part;
}

std::vector<std::string> others_of(StarRows const& rows) {
    std::vector<std::string> others;
    for (auto const& document : rows.documents)
        others.push_back(content_of(document));
    for (auto const& reject : rows.rejects)
        others.push_back("reject " + reject.reason_code + ' ' + reject.raw);
    std::ranges::sort(others);
    return others;
}

} // namespace

std::string fingerprint(StarRows const& rows) {
    auto const others = others_of(rows);
    auto other = others.begin();
    Sha256Sum sum;
    for (auto const place : rows.lines.by_key()) {
        auto const part = part_of(rows.lines.head(place));
        std::string_view const line(part.data(), part.size());
        for (; other != others.end() && *other < line; ++other)
            sum.add(*other);
        sum.add(line);
    }
    for (; other != others.end(); ++other)
        sum.add(*other);
    return to_hex(sum.finish());
}

} // namespace billhouse
