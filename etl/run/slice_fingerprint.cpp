#include "run/slice_fingerprint.hpp"

#include "base/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
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

} // namespace

std::string fingerprint(StarRows const& rows) {
    std::vector<std::string> parts;
    parts.reserve(rows.lines.size() + rows.documents.size() + rows.rejects.size());
    for (auto const& line : rows.lines) {
        std::string part(reinterpret_cast<char const*>(line.key.bytes.data()), line.key.bytes.size());
        part.append(reinterpret_cast<char const*>(&line.content_hash), sizeof line.content_hash);
        parts.push_back(std::move(part));
    }
    for (auto const& document : rows.documents)
        parts.push_back(content_of(document));
    for (auto const& reject : rows.rejects)
        parts.push_back("reject " + reject.reason_code + ' ' + reject.raw);
    std::ranges::sort(parts);
    std::string all;
    for (auto const& part : parts)
        all += part;
    return to_hex(sha256(all));
}

} // namespace billhouse
