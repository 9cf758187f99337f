#include "e2e/fault_run.hpp"

#include <csignal>
#include <cstdlib>
#include <random>

/// Rows H of tests/faults.md: the process and its host.
namespace billhouse {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using Then = ScriptedReply::Then;

class FaultH3 : public FaultRun {
protected:
    /// Allocations of one load as they are counted for this kind.
    long allocations(std::string const& kind) {
        write_job();
        auto const counted = config_->path() / "allocations";
        environment_["BILLHOUSE_TEST_FAIL_KIND"] = kind;
        environment_["BILLHOUSE_TEST_COUNT_FILE"] = counted.string();
        auto const run = billhouse(load_arguments());
        environment_["BILLHOUSE_TEST_COUNT_FILE"] = std::nullopt;
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return std::strtol(config_->read("allocations").c_str(), nullptr, 10);
    }

    /// As many places as $BILLHOUSE_ALLOCATIONS says, spread over the whole run with a random start.
    static std::vector<long> places(long all, int fewest) {
        char const* const wanted = std::getenv("BILLHOUSE_ALLOCATIONS");
        long const count = wanted == nullptr ? fewest : std::strtol(wanted, nullptr, 10);
        long const step = std::max(1L, all / count);
        std::random_device seed;
        std::vector<long> numbers;
        for (long at = 1 + static_cast<long>(seed() % static_cast<unsigned long>(step)); at <= all;
             at += step)
            numbers.push_back(at);
        return numbers;
    }

    /// The day is there wholly, of one read, or not at all; and the invariants hold.
    void expect_all_or_nothing(long at) {
        EXPECT_THAT(loaded(), AnyOf("0", "3")) << "allocation " << at;
        EXPECT_THAT(value("SELECT count(DISTINCT billed_cost) FROM mart.charge"), AnyOf("0", "1"))
            << "allocation " << at;
        EXPECT_EQ(loaded() == "3",
                  value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL") == "1")
            << "allocation " << at;
        EXPECT_THAT(broken_invariants(database_), ::testing::IsEmpty()) << "allocation " << at;
    }

    ProcessResult load_with_failure(long at) {
        environment_["BILLHOUSE_TEST_FAIL_AT"] = std::to_string(at);
        return billhouse(load_arguments());
    }

    /// Every read finds other amounts, so that a load that breaks off would leave a mix.
    void SetUp() override {
        vendor([cost = 0](std::string const&) mutable {
            ++cost;
            std::string rows;
            for (auto const* sku : {"a", "b", "c"})
                rows += (rows.empty() ? "" : ",") + (R"({"day":"2026-01-01","sku":")" + std::string(sku) +
                                                     "\",\"cost\":" + std::to_string(cost) + "}");
            return answer(200, "{\"rows\":[" + rows + "]}");
        });
    }
};

class FaultH6 : public FaultRun {};
class FaultH7 : public FaultRun {};
class FaultH9 : public FaultRun {};
class FaultH10 : public FaultRun {};
class FaultH11 : public FaultRun {};
class FaultH12 : public FaultRun {};

TEST_F(FaultH3, operator_new_that_fails_once_or_for_ever_is_exit_70_and_all_or_nothing) {
    if (!preload("allocations")) GTEST_SKIP() << kNoPreload;
    auto const all = allocations("new");
    ASSERT_GT(all, 1000);
    for (auto const& forever : {std::optional<std::string>(), std::optional<std::string>("1")}) {
        environment_["BILLHOUSE_TEST_FAIL_FOREVER"] = forever;
        for (auto const at : places(all, 25)) {
            auto const run = load_with_failure(at);
            EXPECT_THAT(run.exit_code, AnyOf(70, 0))
                << "allocation " << at << " of " << all << ": " << run.err;
            if (run.exit_code == 70) {
                EXPECT_THAT(last_line(run), HasSubstr("exit 70 (bug)")) << "allocation " << at;
            }
            expect_all_or_nothing(at);
        }
    }
    environment_["BILLHOUSE_TEST_FAIL_AT"] = std::nullopt;
    EXPECT_EQ(billhouse(load_arguments()).exit_code, 0);
    EXPECT_EQ(products(), "a b c");
    EXPECT_EQ(value("SELECT max(billed_cost)::integer FROM mart.charge"), std::to_string(requests()));
}

/// What libcurl, libpq, OpenSSL and libyaml make of it they tell as failures of their own, so any documented
/// code may come; but none but 0 goes with a load, and no signal ends it.
TEST_F(FaultH3, malloc_that_fails_ends_with_a_documented_code_and_all_or_nothing) {
    if (!preload("allocations")) GTEST_SKIP() << kNoPreload;
    auto const all = allocations("malloc");
    for (auto const at : places(all, 25)) {
        auto const run = load_with_failure(at);
        EXPECT_THAT(run.exit_code, AnyOf(0, 65, 69, 70, 74, 75, 77, 78)) << "allocation " << at << run.err;
        expect_all_or_nothing(at);
    }
}

TEST_F(FaultH6, a_clock_that_is_years_off_is_noticed_before_days_to_come_are_closed) {
    if (!preload("wall_clock")) GTEST_SKIP() << kNoPreload;
    window_ = "{earliest: 2026-01-01, lookback: {days: 0}}";
    write_job();
    for (auto const* offset : {"1576800000", "-1576800000"}) { // fifty years
        environment_["BILLHOUSE_TEST_CLOCK_OFFSET"] = offset;
        auto const run = billhouse({"run", "acme"});
        EXPECT_EQ(run.exit_code, 78) << run.err;
        EXPECT_THAT(last_line(run), HasSubstr("this machine's clock says"));
        EXPECT_EQ(requests(), 0U);
    }
    environment_["BILLHOUSE_TEST_CLOCK_OFFSET"] = "3600";
    EXPECT_EQ(load().exit_code, 0) << "an hour is no matter";
}

TEST_F(FaultH7, the_time_zone_of_the_machine_is_no_business_of_a_load) {
    std::vector<std::string> targets;
    for (auto const* zone : {"UTC", "America/New_York", "Pacific/Apia", "Asia/Kolkata", ":/nonexistent"}) {
        environment_["TZ"] = zone;
        auto const run = load();
        EXPECT_EQ(run.exit_code, 0) << zone << run.err;
    }
    for (auto const& request : server_->requests())
        targets.push_back(request.substr(0, request.find(" HTTP")));
    EXPECT_THAT(targets, ::testing::Each("GET /usage?from=2026-01-01"));
    EXPECT_EQ(value("SELECT max(version) FROM mart.charge"), "1") << "nothing differed";
}

TEST_F(FaultH9, output_that_cannot_be_written_is_an_error_and_not_a_shorter_answer) {
    auto const run = by_shell("exec \"$@\" >/dev/full", {"schema"});
    EXPECT_EQ(run.exit_code, 74) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("standard output cannot be written: No space left on device"));
}

/// A pipe whose reader has gone: what `| head -1` leaves behind.
constexpr auto kBrokenPipe = "f=$(mktemp -u) && mkfifo $f && exec 3<>$f 4>$f 3<&- && rm $f && ";

TEST_F(FaultH9, a_reader_that_has_seen_enough_needs_no_words) {
    auto const run = by_shell(std::string(kBrokenPipe) + "exec \"$@\" >&4", {"schema"});
    EXPECT_EQ(run.exit_code, 74);
    EXPECT_EQ(run.err, "");
}

TEST_F(FaultH9, a_load_ends_normally_where_nobody_reads_its_log) {
    write_job();
    EXPECT_EQ(by_shell(std::string(kBrokenPipe) + "exec \"$@\" 2>&4", load_arguments()).exit_code, 0);
    EXPECT_EQ(loaded(), "1");
    EXPECT_EQ(by_shell("exec \"$@\" 2>/dev/full >&2", load_arguments()).exit_code, 0);
}

TEST_F(FaultH9, an_error_keeps_its_exit_code_where_nobody_reads_it) {
    config_->write("jobs/acme.yaml", "nonsense: 1\nmore: 2\n");
    EXPECT_EQ(by_shell(std::string(kBrokenPipe) + "exec \"$@\" 2>&4", {"check"}).exit_code, 78);
}

TEST_F(FaultH10, a_load_needs_few_files_and_no_folder_to_write_to) {
    environment_["TMPDIR"] = "/nonexistent";
    environment_["HOME"] = "/nonexistent";
    write_job();
    auto const run = by_shell("cd / && ulimit -n 16 && exec \"$@\"", load_arguments());
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(loaded(), "1");
}

TEST_F(FaultH10, too_few_files_are_a_clear_error_and_change_nothing) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "UBSan opens a file to look at an object's type";
#endif
    write_job();
    for (auto const* limit : {"4", "5", "6", "7", "8"}) {
        auto const run = by_shell("ulimit -n " + std::string(limit) + " && exec \"$@\"", load_arguments());
        EXPECT_THAT(run.exit_code, AnyOf(0, 69, 70, 74, 78, 127)) << limit << run.err;
        if (run.exit_code == 0) break; // enough
        EXPECT_EQ(loaded(), "0") << limit;
    }
}

TEST_F(FaultH11, a_locale_with_commas_changes_no_number_and_no_log_line) {
    auto const locales = config_->path() / "locales";
    std::filesystem::create_directory(locales);
    auto const made =
        run_process({"/bin/sh",
                     {"-c", "localedef -i de_DE -f UTF-8 '" + (locales / "de_DE.UTF-8").string() + "'"},
                     {},
                     {}});
    if (made.exit_code != 0) GTEST_SKIP() << "no German locale can be made here: " << made.err;
    environment_["LOCPATH"] = locales.string();
    for (auto const* name : {"LC_ALL", "LANG", "LC_NUMERIC"})
        environment_[name] = "de_DE.UTF-8";
    vendor_says({answer(200, R"({"rows":[{"day":"2026-01-01","sku":"a","cost":1234567.891}]})")});
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(value("SELECT trim_scale(billed_cost) FROM mart.charge"), "1234567.891");
    EXPECT_THAT(run.err, ::testing::ContainsRegex("took=\"[0-9]+\\.[0-9]{3} s\""));
}

TEST_F(FaultH12, a_crash_is_exit_70_with_one_line_and_no_core) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer reports crashes itself";
#endif
    vendor_says({{"", Then::hang}});
    write_job();
    std::size_t asked = 0;
    for (auto const& [signal, name] : {std::pair{SIGSEGV, "SIGSEGV"}, {SIGABRT, "SIGABRT"}}) {
        ChildProcess run(command(load_arguments()));
        while (requests() == asked)
            ASSERT_TRUE(run.running()) << run.err();
        asked = requests();
        run.signal(signal);
        auto const result = run.wait();
        EXPECT_EQ(result.exit_code, 70);
        EXPECT_EQ(last_line(result), std::string("exit 70 (bug): ended by ") + name +
                                         "; what is loaded stays. Please report this with the lines above.");
        EXPECT_EQ(loaded(), "0");
    }
    vendor_says({page({"a"})});
    EXPECT_EQ(load().exit_code, 0) << "nothing of it holds up the next run";
}

TEST_F(FaultH12, an_exception_of_an_unknown_type_is_exit_70_with_one_line) {
    if (!preload("allocations")) GTEST_SKIP() << kNoPreload;
    write_job();
    environment_["BILLHOUSE_TEST_FAIL_KIND"] = "int";
    for (auto const* at : {"50", "2000"}) {
        environment_["BILLHOUSE_TEST_FAIL_AT"] = at;
        auto const run = billhouse(load_arguments());
        EXPECT_EQ(run.exit_code, 70) << run.err;
        EXPECT_THAT(last_line(run), HasSubstr("exit 70 (bug)"));
        EXPECT_EQ(loaded(), "0");
    }
}

} // namespace
} // namespace billhouse
