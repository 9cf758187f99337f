#include "job/job_schema.hpp"
#include "job/json_schema.hpp"

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

namespace billhouse {
namespace {

std::string file_text(std::filesystem::path const& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::filesystem::path const kSource = BILLHOUSE_SOURCE_DIR;

/// What a YAML reader of an editor makes of a file: plain numbers and true or false are typed.
void write(YamlNode const& node, rapidjson::Value& value, rapidjson::Document::AllocatorType& memory) {
    static std::regex const number("-?(0|[1-9][0-9]{0,17})");
    switch (node.kind) {
    case YamlNode::Kind::null:
        return;
    case YamlNode::Kind::scalar:
        if (!node.quoted && (node.text == "true" || node.text == "false"))
            value.SetBool(node.text == "true");
        else if (!node.quoted && std::regex_match(node.text, number))
            value.SetInt64(std::stoll(node.text));
        else
            value.SetString(node.text.c_str(), memory);
        return;
    case YamlNode::Kind::sequence:
        value.SetArray();
        for (auto const& element : node.elements) {
            rapidjson::Value inner;
            write(element, inner, memory);
            value.PushBack(inner, memory);
        }
        return;
    case YamlNode::Kind::mapping:
        value.SetObject();
        for (auto const& member : node.members) {
            rapidjson::Value name(member.key.c_str(), memory), inner;
            write(member.value, inner, memory);
            value.AddMember(name, inner, memory);
        }
    }
}

/// "" where the schema accepts the text; else the keyword that refuses it and where.
std::string verdict(ValueDescription const& description, std::string const& yaml) {
    rapidjson::Document schema_text;
    schema_text.Parse(json_schema("test", "test.json", description).c_str());
    EXPECT_FALSE(schema_text.HasParseError());
    rapidjson::SchemaDocument const schema(schema_text);
    Diagnostics diagnostics;
    auto const node = read_yaml(yaml, "test.yaml", diagnostics);
    if (!node) return "no YAML: " + diagnostics.text();
    rapidjson::Document document;
    write(*node, document, document.GetAllocator());
    rapidjson::SchemaValidator validator(schema);
    if (document.Accept(validator)) return "";
    rapidjson::StringBuffer place;
    validator.GetInvalidDocumentPointer().StringifyUriFragment(place);
    return std::string(place.GetString()) + ' ' + validator.GetInvalidSchemaKeyword();
}

std::string job_verdict(std::string const& yaml) {
    return verdict(job_shape().description(), yaml);
}

} // namespace

TEST(JsonSchema, the_files_in_schema_are_what_the_declarations_say) {
    EXPECT_EQ(file_text(kSource / "schema/job.schema.json"),
              json_schema("billhouse job", "job.schema.json", job_shape().description()))
        << "run scripts/update_reference";
    EXPECT_EQ(file_text(kSource / "schema/main.schema.json"),
              json_schema("billhouse.yaml", "main.schema.json", main_file_shape().description()));
}

TEST(JsonSchema, every_shipped_job_passes) {
    std::size_t jobs = 0;
    for (auto const& entry : std::filesystem::directory_iterator(kSource / "config/jobs")) {
        EXPECT_EQ(job_verdict(file_text(entry.path())), "") << entry.path();
        ++jobs;
    }
    EXPECT_GE(jobs, 2U);
}

TEST(JsonSchema, the_shipped_main_file_passes) {
    EXPECT_EQ(verdict(main_file_shape().description(), file_text(kSource / "config/billhouse.yaml")), "");
}

TEST(JsonSchema, an_editor_marks_what_the_reader_would_refuse) {
    auto const good = file_text(kSource / "config/jobs/guance.yaml");
    auto const with = [&](std::string const& from, std::string const& to) {
        auto text = good;
        auto const at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        return job_verdict(text.replace(at, from.size(), to));
    };
    EXPECT_EQ(with("job: guance", "job: guance\nsorce: {}"), "#/sorce additionalProperties");
    EXPECT_EQ(with("job: guance\n", ""), "# required");
    EXPECT_NE(with("enabled: true", "enabled: maybe"), "");
    EXPECT_NE(with("requests: 20", "requests: many"), "");
    EXPECT_NE(with("kind: none", "kind: nothing"), "");
    EXPECT_NE(with("lag: 1 day", "lag: soon"), "");
    EXPECT_NE(with("        billed_cost:", "        billd_cost:"), "");
}

} // namespace billhouse
