#pragma once

#include "support/sample_vendor_process.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// How tests read what the sample vendor answers, with whole numbers only.
namespace billhouse {

inline SampleVendorProcess started_vendor(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"--today", "2026-03-20"});
    return SampleVendorProcess(SAMPLE_VENDOR_BINARY, std::move(arguments));
}

inline std::vector<JsonValue> guance_rows(SampleVendorProcess const& vendor, std::string const& first,
                                          std::string const& last) {
    return parse_json(vendor.guance(first, last).body)["content"].elements;
}

/// All usage documents, page by page.
inline std::vector<JsonValue> ocamba_documents(SampleVendorProcess const& vendor,
                                               std::string const& query = "view=full") {
    std::vector<JsonValue> documents;
    for (int page = 1;; ++page) {
        JsonValue const answer =
            parse_json(vendor.ocamba(query + "&page=" + std::to_string(page) + ",100").body);
        if (answer["items"].elements.empty()) return documents;
        for (JsonValue const& document : answer["items"].elements)
            documents.push_back(document);
    }
}

/// An amount of a row, in millionths; 0 where it is "None" or absent.
inline std::int64_t amount(JsonValue const& row, std::string const& field) {
    return row.has(field) && row[field].text != "None" ? millionths(row[field].text) : 0;
}

inline std::int64_t sum(std::vector<JsonValue> const& rows, std::string const& field) {
    std::int64_t total = 0;
    for (JsonValue const& row : rows)
        total += amount(row, field);
    return total;
}

inline std::vector<std::string> keys_of(JsonValue const& object) {
    std::vector<std::string> keys;
    for (auto const& member : object.members)
        keys.push_back(member.first);
    return keys;
}

inline std::string data_file(std::string const& name) {
    std::ifstream stream(std::string(BILLHOUSE_SOURCE_DIR) + "/tests/data/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace billhouse
