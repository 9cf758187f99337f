#include "e2e/billhouse_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// `billhouse status` as a monitoring check: its exit code, and its JSON as a program reads it.
class StatusCheck : public BillhouseRun {
protected:
    ProcessResult status(std::string const& until, std::vector<std::string> const& more = {}) {
        std::vector<std::string> arguments{"status", "--until", until};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return billhouse(arguments);
    }
    JsonValue stream(std::string const& until, std::string const& name) {
        auto const json = parse_json(status(until, {"--output", "json"}).out);
        for (auto const& one : json.elements)
            if (one["stream"].text == name) return one;
        throw std::runtime_error("status does not name " + name);
    }
    void load(std::string const& until) {
        auto const run = billhouse({"run", "--until", until});
        ASSERT_EQ(run.exit_code, 0) << run.err;
    }
};

TEST_F(StatusCheck, jobs_that_never_ran_are_behind_and_the_command_is_named) {
    auto const fresh = status("2026-01-10");
    EXPECT_EQ(fresh.exit_code, 75) << fresh.out;
    EXPECT_THAT(fresh.out, HasSubstr("guance.billing_detail: never loaded\n  next: billhouse run guance\n"));
    EXPECT_THAT(fresh.out, HasSubstr("of 2 streams 0 need attention, 2 are behind"));
}

TEST_F(StatusCheck, a_window_is_overdue_from_the_day_after_it_became_due) {
    load("2026-02-01");
    EXPECT_EQ(status("2026-02-01").exit_code, 0);
    auto const due = stream("2026-02-02", "guance.billing_detail");
    EXPECT_EQ(due["lag_days"].text, "1");
    EXPECT_EQ(due["health"].text, "ok") << "tonight's run has not come yet";
    EXPECT_EQ(due["next_due_at"].text, "2026-02-01T16:00:00Z") << "midnight in Shanghai";

    EXPECT_EQ(status("2026-02-03").exit_code, 75);
    auto const late = stream("2026-02-03", "guance.billing_detail");
    EXPECT_EQ(late["problems"].text, "2 days behind");
    EXPECT_THAT(late["next_step"].text, HasSubstr("billhouse run guance"));
}

TEST_F(StatusCheck, a_month_is_due_at_its_end_and_not_before) {
    load("2026-02-10");
    auto const month = stream("2026-02-25", "ocamba.usage");
    EXPECT_EQ(month["complete_until"].text, "2026-02-01");
    EXPECT_EQ(month["health"].text, "ok");
    EXPECT_EQ(month["lag_days"].text, "0");
    EXPECT_EQ(month["next_due_at"].text.substr(0, 10),
              value("SELECT (date '2026-03-01' - 1 + lag_days)::text FROM etl.stream WHERE stream_code = "
                    "'ocamba.usage'"));
    EXPECT_EQ(stream("2026-03-05", "ocamba.usage")["health"].text, "behind");
}

TEST_F(StatusCheck, the_first_month_is_not_behind_while_it_is_open) {
    load("2026-01-10");
    auto const month = stream("2026-01-20", "ocamba.usage");
    EXPECT_EQ(month["complete_until"].kind, JsonValue::Kind::null);
    EXPECT_EQ(month["health"].text, "ok");
    EXPECT_NE(month["next_due_at"].kind, JsonValue::Kind::null);
}

TEST_F(StatusCheck, a_vendor_that_was_out_of_reach_leaves_it_behind_and_the_next_run_heals_it) {
    load("2026-01-10");
    VendorFailure failure;
    failure.path = "/guance";
    failure.query = "startDate=20260110";
    failure.times = 6;
    failure.status = 400;
    failure.body = R"({"code":400,"content":null,"errorCode":"ft.Other","message":"no","success":false})";
    vendor_->fail(failure);
    ASSERT_EQ(billhouse({"run", "guance", "--until", "2026-01-11"}).exit_code, 65);
    EXPECT_EQ(status("2026-01-11", {"guance"}).exit_code, 65) << "an answer that breaks the contract";
    vendor_->heal();

    database_.execute("UPDATE etl.run SET error_code = 'unavailable' WHERE status <> 'succeeded'");
    auto const behind = status("2026-01-11", {"guance"});
    EXPECT_EQ(behind.exit_code, 75) << behind.out;
    EXPECT_THAT(behind.out, HasSubstr("1 window failed"));

    load("2026-01-11");
    auto const healed = status("2026-01-11");
    EXPECT_EQ(healed.exit_code, 0) << healed.out;
}

TEST_F(StatusCheck, a_job_that_was_switched_off_need_not_keep_up) {
    load("2026-01-10");
    auto main_file = config_->read("billhouse.yaml");
    auto const at = main_file.find("  guance:\n");
    ASSERT_NE(at, std::string::npos) << main_file;
    config_->write("billhouse.yaml", main_file.insert(at + 10, "    enabled: false\n"));
    auto const guance = stream("2026-01-20", "guance.billing_detail");
    EXPECT_EQ(guance["scheduled"].text, "false");
    EXPECT_EQ(guance["healthy"].text, "true");
    EXPECT_EQ(status("2026-01-20", {"guance"}).exit_code, 75) << "asked for by name";
}

} // namespace
} // namespace billhouse
