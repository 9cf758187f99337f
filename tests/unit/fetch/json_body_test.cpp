#include "fetch/json_body.hpp"

#include <gtest/gtest.h>

namespace billhouse {
namespace {

using Kind = JsonTemplate::Kind;
using Name = Placeholder::Name;

JsonTemplate text(std::string key, std::vector<TemplatePart> parts) {
    JsonTemplate value;
    value.kind = Kind::text;
    value.key = std::move(key);
    value.text.parts = std::move(parts);
    return value;
}

JsonTemplate scalar(std::string key, Scalar::Kind kind, std::string digits = {}) {
    JsonTemplate value;
    value.key = std::move(key);
    value.scalar = {kind, std::move(digits)};
    return value;
}

JsonTemplate holding(Kind kind, std::vector<JsonTemplate> children) {
    JsonTemplate value;
    value.kind = kind;
    value.children = std::move(children);
    return value;
}

TemplatePart slot(Name name) {
    return Placeholder{name, std::nullopt, {}};
}

} // namespace

TEST(JsonBody, keeps_types_and_digits_as_the_job_writes_them) {
    auto const body = holding(
        Kind::object, {scalar("a", Scalar::Kind::number, "1.50"), scalar("b", Scalar::Kind::boolean, "false"),
                       scalar("c", Scalar::Kind::null), text("d", {}), text("e\"", {"x\n"})});
    EXPECT_EQ(json_body(body, {}), R"({"a":1.50,"b":false,"c":null,"d":"","e\"":"x\n"})");
}

TEST(JsonBody, page_numbers_are_numbers_and_stay_text_within_text) {
    RequestValues values;
    values.page_number = 3;
    auto const body =
        holding(Kind::array, {text("", {slot(Name::page_number)}), text("", {"p", slot(Name::page_number)})});
    EXPECT_EQ(json_body(body, values), R"([3,"p3"])");
}

TEST(JsonBody, a_cursor_is_left_out_where_there_is_none_and_keeps_its_type) {
    auto const body = holding(Kind::object, {text("after", {slot(Name::page_cursor)})});
    RequestValues values;
    EXPECT_EQ(json_body(body, values), "{}");
    values.cursor = {Scalar::Kind::string, "a\"+/="};
    EXPECT_EQ(json_body(body, values), R"({"after":"a\"+/="})");
    values.cursor = {Scalar::Kind::number, "12345678901234567890"};
    EXPECT_EQ(json_body(body, values), R"({"after":12345678901234567890})");
}

} // namespace billhouse
