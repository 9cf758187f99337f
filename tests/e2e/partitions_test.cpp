#include "e2e/scripted_vendor_run.hpp"

#include <gmock/gmock.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// One job over several accounts that the vendor lists itself.
class Partitions : public ScriptedVendorRun {
protected:
    Partitions() {
        request_ = "{path: \"/accounts/{partition}/usage\", query: {from: \"{window.start}\"}}";
        stream_ = "    partitions: {request: {path: /accounts}, records: {path: items}, value: id}\n";
    }
    std::string path(std::size_t index) const {
        auto const line = request(index);
        return line.substr(4, line.find_first_of("? ", 4) - 4);
    }
};

TEST_F(Partitions, each_listed_account_has_its_own_ledger_and_watermark) {
    follow({answer(200, R"({"items":[{"id":"b"},{"id":"a"},{"id":"b"}]})"), answer(200, page_of({"x"})),
            answer(500, "{}"), answer(500, "{}"), answer(500, "{}")});
    auto run = acme({"run", "acme", "--until", "2026-01-02"});
    EXPECT_EQ(run.exit_code, 69) << run.err;
    EXPECT_EQ(path(0), "/accounts");
    EXPECT_EQ(path(1), "/accounts/a/usage");
    EXPECT_EQ(path(2), "/accounts/b/usage");
    EXPECT_EQ(products(), "x");

    follow({answer(200, R"({"items":[{"id":"a"},{"id":"b"},{"id":"c"}]})"), answer(200, page_of({"y"})),
            answer(200, page_of({"z"}))});
    run = acme({"run", "acme", "--until", "2026-01-02"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(path(1), "/accounts/b/usage") << "what is complete for a is not asked again";
    EXPECT_EQ(path(2), "/accounts/c/usage") << "a new account is read from its beginning";
    EXPECT_EQ(products(), "x y z");
}

TEST_F(Partitions, a_list_that_fails_ends_the_job_before_any_slice) {
    follow({answer(404, "{}")});
    auto const run = acme({"run", "acme", "--until", "2026-01-02"});
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("listing the partitions of usage"));
    EXPECT_EQ(requests(), 1U);
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice"), "0");
}

TEST_F(Partitions, an_empty_list_is_a_warning_and_nothing_is_due) {
    follow({answer(200, R"({"items":[]})")});
    auto const run = acme({"run", "acme", "--until", "2026-01-02"});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("the vendor lists no partitions"));
    EXPECT_EQ(requests(), 1U);
}

TEST_F(Partitions, check_connect_and_preview_take_the_first_account) {
    follow({answer(200, R"({"items":[{"id":"b"},{"id":"a"}]})"), answer(200, page_of({"x"})),
            answer(200, R"({"items":[{"id":"b"},{"id":"a"}]})"), answer(200, page_of({"x"}))});
    auto const preview = acme({"preview", "acme", "--until", "2026-01-02"});
    EXPECT_EQ(preview.exit_code, 0) << preview.err;
    EXPECT_THAT(preview.out, HasSubstr("/accounts/a/usage"));
    auto const check = acme({"check", "acme", "--connect"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.err;
    EXPECT_EQ(path(3), "/accounts/a/usage");
}

} // namespace
} // namespace billhouse
