#pragma once

#include "base/error.hpp"
#include "decode/json_records.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace billhouse {

/// What a decoder handed over, kept.
struct DecodedRecord {
    std::string json; ///< written back from the tree
    std::string raw;
    std::string defect;
    std::string at; ///< place, then member or index
};

struct DecodedRecords {
    DecodedPage page;
    std::vector<DecodedRecord> records;

    std::vector<std::string> json() const {
        std::vector<std::string> texts;
        for (auto const& record : records)
            texts.push_back(record.json);
        return texts;
    }
    std::vector<std::string> places() const {
        std::vector<std::string> texts;
        for (auto const& record : records)
            texts.push_back(record.at);
        return texts;
    }
};

inline DecodedRecords decoded(std::function<DecodedPage(RecordSink const&)> const& decode) {
    DecodedRecords result;
    result.page = decode([&](RecordView const& record) {
        std::string json;
        record.tree.write(record.tree.root(), json);
        auto const step = record.member.empty() ? std::to_string(record.index) : std::string(record.member);
        result.records.push_back(
            {json, std::string(record.raw), record.defect, std::string(record.place) + " " + step});
    });
    EXPECT_EQ(result.page.records, result.records.size());
    return result;
}

/// The message of the data error that a decoder ends with.
inline std::string decoding_problem(std::function<void(RecordSink const&)> const& decode) {
    try {
        decode([](RecordView const&) {});
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::data);
        EXPECT_FALSE(error.hint().empty());
        return error.what();
    }
    return "no error";
}

} // namespace billhouse
