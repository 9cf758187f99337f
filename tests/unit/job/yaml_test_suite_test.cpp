#include "job/yaml_reader.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace billhouse {

namespace {

/// The corpora are not part of the repository: $BILLHOUSE_CORPORA, else ../shared/corpora beside the source
/// tree.
std::filesystem::path corpus(std::string const& name) {
    char const* const folder = std::getenv("BILLHOUSE_CORPORA");
    return (folder ? std::filesystem::path(folder)
                   : std::filesystem::path(BILLHOUSE_SOURCE_DIR) / ".." / "shared" / "corpora") /
           name;
}

} // namespace

TEST(YamlTestSuite, all_94_invalid_documents_are_refused_with_their_place) {
    auto const path = corpus("yaml_test_suite.json");
    std::ifstream file(path);
    if (!file)
        GTEST_SKIP() << "no corpus yaml_test_suite.json: set BILLHOUSE_CORPORA to the folder that holds it";
    std::stringstream text;
    text << file.rdbuf();
    rapidjson::Document cases;
    cases.Parse(text.str().c_str());
    ASSERT_TRUE(cases.IsArray());
    int refused = 0;
    for (auto const& each : cases.GetArray()) {
        Diagnostics diagnostics;
        std::string const id = each["id"].GetString();
        auto const yaml = std::string(each["yaml"].GetString(), each["yaml"].GetStringLength());
        auto const node = read_yaml(yaml, id, diagnostics);
        EXPECT_NE(node.has_value(), !diagnostics.empty()) << id;
        if (each["expect"].GetString() != std::string("reject")) continue;
        EXPECT_FALSE(node) << id << " " << each["name"].GetString();
        EXPECT_EQ(diagnostics.text().substr(0, id.size() + 1), id + ":") << diagnostics.text();
        ++refused;
    }
    EXPECT_EQ(refused, 94);
}

} // namespace billhouse
