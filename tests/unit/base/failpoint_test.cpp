#include "base/error.hpp"
#include "base/failpoint.hpp"

#include <gmock/gmock.h>

namespace billhouse::failpoints {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string refusal(std::string const& rules) {
    try {
        parse_rules(rules);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::config);
        return error.what();
    }
    return "accepted";
}

TEST(Failpoints, a_rule_names_a_failpoint_an_action_and_a_visit) {
    auto const rules = parse_rules(
        "ledger.closed=kill@3;copy.middle=throw@2+;run.closed=sleep:200;config.read=clock-step:-5@1");
    ASSERT_THAT(rules, SizeIs(4));
    EXPECT_EQ(rules[0].point, "ledger.closed");
    EXPECT_EQ(rules[0].action, Action::kill);
    EXPECT_EQ(rules[0].visit, 3);
    EXPECT_FALSE(rules[0].onwards);
    EXPECT_EQ(rules[1].visit, 2);
    EXPECT_TRUE(rules[1].onwards);
    EXPECT_EQ(rules[2].visit, 1);
    EXPECT_EQ(rules[2].amount, std::chrono::milliseconds(200));
    EXPECT_EQ(rules[3].amount, std::chrono::milliseconds(-5));
}

TEST(Failpoints, what_is_unknown_is_refused_and_not_ignored) {
    EXPECT_THAT(refusal("ledger.close=kill@1"), HasSubstr("no such failpoint"));
    EXPECT_THAT(refusal("ledger.closed=die@1"), HasSubstr("no such action"));
    EXPECT_THAT(refusal("ledger.closed"), HasSubstr("no '='"));
    EXPECT_THAT(refusal("ledger.closed=kill@0"), HasSubstr("visit"));
    EXPECT_THAT(refusal("ledger.closed=kill@two"), HasSubstr("visit"));
    EXPECT_THAT(refusal("ledger.closed=sleep@1"), HasSubstr("MILLISECONDS"));
    EXPECT_THAT(refusal("ledger.closed=kill:5@1"), HasSubstr("MILLISECONDS"));
    EXPECT_EQ(refusal("ledger.closed=kill@1"), "accepted");
}

} // namespace
} // namespace billhouse::failpoints
