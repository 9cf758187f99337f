#include "e2e/fault_run.hpp"

#include <sys/stat.h>
#include <unistd.h>

/// Rows C of tests/faults.md: configuration and secrets.
namespace billhouse {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) // which need terabytes of address space
constexpr auto kLittleMemory = "exec \"$@\"";
#else
constexpr auto kLittleMemory = "ulimit -d 65536 && exec \"$@\"";
#endif

class FaultC2 : public FaultRun {};
class FaultC7 : public FaultRun {};
class FaultC8 : public FaultRun {};
class FaultC12 : public FaultRun {};
class FaultC13 : public FaultRun {};

/// Texts on which yaml-cpp's own loader takes all memory, or reads a part only.
TEST_F(FaultC2, what_follows_the_first_document_is_refused_in_little_memory) {
    for (auto const* text :
         {"&a,", "[a] ,", "- a\nb: 1\n", "{a: 1} trailing\n", "a: 1\n---\nb: 2\n", "a: &x [1, *x]\n"}) {
        config_->write("jobs/acme.yaml", text);
        auto const run = by_shell(kLittleMemory, {"check"});
        EXPECT_EQ(run.exit_code, 78) << text << run.err;
        EXPECT_THAT(run.err, HasSubstr("jobs/acme.yaml:")) << text;
    }
}

TEST_F(FaultC7, a_secret_that_cannot_be_one_ends_the_run_before_any_request_and_is_not_shown) {
    for (auto const& [value, why] : std::initializer_list<std::pair<std::optional<std::string>, std::string>>{
             {std::nullopt, "cannot be opened"},
             {"", "is empty"},
             {"\n", "is empty"},
             {"hush-1\nhush-2", "contains a line end"},
             {std::string("hush\0hush", 9), "contains a NUL byte"},
         }) {
        auto const file = config_->credentials() / "acme_key";
        std::filesystem::remove(file);
        if (value) {
            config_->write("credentials/acme_key", *value);
            ::chmod(file.c_str(), 0600);
        }
        auto const run = load();
        EXPECT_EQ(run.exit_code, 78) << why << run.err;
        EXPECT_THAT(last_line(run), HasSubstr("credential acme_key " + why));
        EXPECT_THAT(run.err, Not(HasSubstr("hush")));
    }
    EXPECT_EQ(requests(), 0U);
}

TEST_F(FaultC8, a_secret_that_others_may_read_is_refused_by_mode_link_and_owner) {
    auto const file = config_->credentials() / "acme_key";
    for (auto const mode : {0640, 0604, 0620, 0602, 0610, 0601, 0660, 0666, 0777}) {
        ::chmod(file.c_str(), static_cast<mode_t>(mode));
        auto const run = load();
        EXPECT_EQ(run.exit_code, 78) << std::oct << mode << run.err;
        EXPECT_THAT(last_line(run), HasSubstr("may be read by others")) << std::oct << mode;
        EXPECT_THAT(last_line(run), HasSubstr("chmod 600")) << std::oct << mode;
    }
    EXPECT_EQ(requests(), 0U);
    for (auto const mode : {0600, 0400}) {
        ::chmod(file.c_str(), static_cast<mode_t>(mode));
        EXPECT_EQ(load().exit_code, 0) << std::oct << mode;
    }
    std::filesystem::rename(file, config_->path() / "elsewhere");
    std::filesystem::create_symlink(config_->path() / "elsewhere", file);
    auto run = load();
    EXPECT_EQ(run.exit_code, 78);
    EXPECT_THAT(last_line(run), HasSubstr("is a symbolic link"));
    if (::geteuid() != 0) return; // only root can give a file away
    std::filesystem::remove(file);
    std::filesystem::rename(config_->path() / "elsewhere", file);
    ASSERT_EQ(::chown(file.c_str(), 65534, 65534), 0);
    run = load();
    EXPECT_EQ(run.exit_code, 78);
    EXPECT_THAT(last_line(run), HasSubstr("is owned by another user"));
}

TEST_F(FaultC12, a_file_that_is_edited_in_mid_run_counts_from_the_next_run_on) {
    ask_for_pages();
    write_job();
    int asked = 0;
    vendor([&](std::string const&) {
        if (++asked == 1) config_->write("jobs/acme.yaml", "broken: [");
        return page({std::string(1, static_cast<char>('a' + asked))}, R"(,"total":2)");
    });
    auto const run = load();
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(products(), "b c");
    auto const in_run = value("SELECT config_hash FROM etl.run");
    EXPECT_EQ(in_run, value("SELECT config_hash FROM wh.dim_source WHERE source_code = 'acme'"));
    EXPECT_EQ(billhouse({"check"}).exit_code, 78) << "the edited file is broken";
}

TEST_F(FaultC12, a_renamed_job_does_not_begin_anew_beside_its_own_lines) {
    ASSERT_EQ(load().exit_code, 0);
    auto job = config_->read("jobs/acme.yaml");
    config_->remove("jobs/acme.yaml");
    config_->write("jobs/acme_cloud.yaml", job.replace(job.find("job: acme"), 9, "job: acme_cloud"));
    std::vector<std::string> const arguments{"backfill", "acme_cloud", "--from", "2026-01-01",
                                             "--to",     "2026-01-02", "--force"};
    auto run = billhouse(arguments);
    EXPECT_EQ(run.exit_code, 78) << run.err;
    EXPECT_THAT(last_line(run), HasSubstr("source 'acme' has lines of stream acme.usage, but job acme_cloud "
                                          "names it too"));
    auto const advice = last_line(run);
    auto const from = advice.find("UPDATE etl.stream"), to = advice.find(". If it is");
    ASSERT_NE(from, std::string::npos) << advice;
    database_.execute(advice.substr(from, to - from));
    run = billhouse(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_THAT(run.err, HasSubstr("changed=0"));
    EXPECT_EQ(loaded(), "1") << "the lines are the same ones";
}

TEST_F(FaultC13, a_range_is_checked_before_anything_is_asked) {
    write_job();
    auto const backfill = [&](std::string const& from, std::string const& to) {
        return billhouse({"backfill", "acme", "--from", from, "--to", to}).exit_code;
    };
    EXPECT_EQ(backfill("2026-01-02", "2026-01-01"), 64) << "reversed";
    EXPECT_EQ(backfill("2026-01-01", "2026-01-01"), 64) << "empty";
    EXPECT_EQ(backfill("2026-02-30", "2026-03-01"), 64) << "no date";
    EXPECT_EQ(backfill("2900-01-01", "2900-02-01"), 0) << "not over yet: nothing is due";
    EXPECT_EQ(backfill("2010-01-01", "2020-01-01"), 0) << "before window.earliest: nothing is due";
    EXPECT_EQ(requests(), 0U);
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice"), "0");
}

TEST_F(FaultC13, ranges_that_overlap_load_what_they_share_once) {
    vendor([](std::string const& request) {
        auto const day = request.substr(request.find("from=") + 5, 10);
        return answer(200, R"({"rows":[{"day":")" + day + R"(","sku":"a","cost":1}]})");
    });
    write_job();
    EXPECT_EQ(billhouse({"backfill", "acme", "--from", "2026-01-01", "--to", "2026-01-06"}).exit_code, 0);
    EXPECT_EQ(billhouse({"backfill", "acme", "--from", "2026-01-04", "--to", "2026-01-09"}).exit_code, 0);
    EXPECT_EQ(requests(), 8U);
    EXPECT_EQ(loaded(), "8");
}

} // namespace
} // namespace billhouse
