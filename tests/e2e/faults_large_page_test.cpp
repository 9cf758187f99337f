#include "e2e/fault_run.hpp"
#include "support/file_limits.hpp"

#include <atomic>

/// A page larger than memory should hold, and rows H4 and H5 of tests/faults.md.
namespace billhouse {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr std::size_t kMiB = 1024 * 1024;

/// 2026-01-01 is one page: as many lines, each a cent more than the last, and spaces up to that size.
class LargePage : public FaultRun {
protected:
    static constexpr int kLines = 2000;

    static std::string large_page(std::size_t bytes) {
        std::string const spaces(bytes / kLines - 60, ' ');
        std::string body = R"({"rows":[)";
        for (int i = 1; i <= kLines; ++i)
            body += (i > 1 ? ",\n" : "") + (R"({"day":"2026-01-01","sku":"s)" + std::to_string(i)) + "\"," +
                    spaces + "\"cost\":" + std::to_string(i) + "e-2}";
        return body + "]}";
    }

    void expect_whole() {
        EXPECT_EQ(value("SELECT count(*) || ' ' || trim_scale(sum(billed_cost)) FROM mart.charge"),
                  "2000 20010");
    }
};

class FaultH4 : public LargePage {};
class FaultH5 : public LargePage {};

/// Limits, in KiB, what the process may hold that is not a file's: the page itself would not fit.
constexpr auto kLittleMemory = "ulimit -d 61440 && exec \"$@\"";

TEST_F(LargePage, takes_no_more_memory_than_a_part_of_it_neither_when_loaded_nor_when_replayed) {
    http_ = "  max_body: 96MiB\n";
    std::atomic<int> process = 0;
    std::atomic<std::size_t> peak = 0;
    vendor([&, large = large_page(64 * kMiB)](std::string const& request) {
        if (request.find("from=2026-01-01") != std::string::npos) return answer(200, large);
        peak = memory_of(std::to_string(process), "VmHWM"); // the day before is loaded
        return answer(200, R"({"rows":[]})");
    });
    write_job();
    {
        ChildProcess run(command({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-01-03"}));
        process = run.id();
        auto const result = run.wait();
        ASSERT_EQ(result.exit_code, 0) << result.err;
    }
    expect_whole();
    EXPECT_EQ(value("SELECT max(part) FROM raw.page_body"), "32");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_GT(peak, 8 * kMiB) << "it was looked at";
    EXPECT_LT(peak, 56 * kMiB);
    auto const replay = by_shell(kLittleMemory, {"replay", "acme"});
    EXPECT_EQ(replay.exit_code, 0) << replay.err;
    EXPECT_THAT(replay.err, HasSubstr("nothing changed"));
    auto const again = by_shell(kLittleMemory, load_arguments());
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("nothing changed"));
#endif
}

TEST_F(FaultH4, a_disk_without_room_for_a_large_page_is_an_error_that_says_where_and_what_to_do) {
    vendor_says({answer(200, large_page(8 * kMiB))});
    write_job();
    auto const folder = config_->path().string();
    environment_["TMPDIR"] = folder;
    auto const run =
        by_shell("trap '' XFSZ; ulimit -f 8192 && exec \"$@\"", load_arguments()); // of 512 bytes
    EXPECT_EQ(run.exit_code, 74) << run.err;
    EXPECT_THAT(run.err,
                AllOf(HasSubstr("a temporary file in " + folder + " could not be written: File too large"),
                      HasSubstr("make room, or set TMPDIR to a folder on another disk")));
    EXPECT_EQ(loaded(), "0");
    EXPECT_EQ(requests(), 1U) << "the vendor is not asked again for what this machine cannot take";
    EXPECT_EQ(load().exit_code, 0) << "with room it goes on";
    expect_whole();
}

TEST_F(FaultH4, a_folder_for_temporary_files_that_is_not_there_is_an_error_that_names_it) {
    vendor_says({answer(200, large_page(8 * kMiB))});
    environment_["TMPDIR"] = "/nonexistent";
    auto const run = load();
    EXPECT_EQ(run.exit_code, 74) << run.err;
    EXPECT_THAT(run.err,
                HasSubstr("a temporary file in /nonexistent could not be made: No such file or directory"));
    EXPECT_EQ(loaded(), "0");
}

TEST_F(FaultH5, a_large_page_that_lost_a_part_in_the_store_is_not_replayed) {
    vendor_says({answer(200, large_page(8 * kMiB))});
    ASSERT_EQ(load().exit_code, 0);
    database_.execute("CREATE TABLE kept AS SELECT * FROM raw.page_body WHERE part = 2; DELETE FROM "
                      "raw.page_body WHERE part = 2");
    auto const run = billhouse({"replay", "acme"});
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_THAT(run.err, HasSubstr("are not those that were fetched"));
    expect_whole();
    database_.execute("INSERT INTO raw.page_body SELECT * FROM kept; DROP TABLE kept");
}

} // namespace
} // namespace billhouse
