#include "e2e/scripted_run.hpp"

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// Rows that move while their pages are read: the slice is fetched once more, then fails, and never are lines
/// removed or half a bill loaded.
class ShiftingPages : public ScriptedRun {
protected:
    void SetUp() override {
        job({paged(", total: total"), with_id()});
        load_from(good());
        star_ = line_versions();
    }
    static std::string item(std::string const& id, std::string const& cost = "1") {
        return row(id, cost, R"("id":")" + id + '"');
    }
    static std::string of(std::string const& total, std::vector<std::string> const& items) {
        return page(items, "\"total\":" + total);
    }
    static std::vector<std::string> good() {
        return {of("5", {item("a"), item("b")}), of("5", {item("c"), item("d")}), of("5", {item("e")})};
    }
    static std::vector<std::string> joined(std::vector<std::string> first,
                                           std::vector<std::string> const& second) {
        first.insert(first.end(), second.begin(), second.end());
        return first;
    }
    /// Twice the same fault: both reads are asked for to their last page, and nothing changes.
    void expect_failure(std::vector<std::string> const& read, std::string const& reason) {
        vendor_says(joined(read, read));
        auto const run = load();
        EXPECT_EQ(run.exit_code, 65) << run.err;
        EXPECT_THAT(run.err, HasSubstr(reason));
        EXPECT_THAT(run.err, HasSubstr("reading the window once more"));
        EXPECT_EQ(requests(), 2 * read.size());
        EXPECT_EQ(line_versions(), star_) << "zero changes in the star";
        EXPECT_EQ(billhouse({"status", "acme"}).exit_code, 65);
    }
    /// The fault shows once; the second read finds the rows at rest.
    void expect_recovery(std::vector<std::string> const& read) {
        load_from(joined(read, good()));
        EXPECT_EQ(line_versions(), star_);
        EXPECT_EQ(value("SELECT read_rows || ' ' || duplicate_rows FROM etl.slice"), "5 0");
    }

    std::vector<std::string> const shrinking_{of("5", {item("a"), item("b")}),
                                              of("4", {item("c"), item("d")})};
    std::vector<std::string> const repeated_{of("5", {item("a"), item("b")}),
                                             of("5", {item("a"), item("b")})};
    std::vector<std::string> const moved_{of("5", {item("a"), item("b")}), of("5", {item("b"), item("c")}),
                                          of("5", {item("d")})};
    std::string star_;
};

TEST_F(ShiftingPages, a_total_that_shrinks_is_read_again_then_fails) {
    expect_failure(shrinking_, "the total changed from 5 to 4 at page 2");
}

TEST_F(ShiftingPages, a_total_that_shrinks_once_is_read_again_and_loaded) {
    expect_recovery(shrinking_);
}

TEST_F(ShiftingPages, a_page_that_comes_twice_is_read_again_then_fails) {
    expect_failure(repeated_, "the vendor sent page 1 again as page 2");
}

TEST_F(ShiftingPages, a_page_that_comes_twice_once_is_read_again_and_loaded) {
    expect_recovery(repeated_);
}

// One row too many on a page pushes another out of sight: five came, as the vendor says, but not its five.
TEST_F(ShiftingPages, a_row_that_comes_twice_hides_another_and_is_read_again_then_fails) {
    expect_failure(moved_, "the vendor says 5 records in all, but 1 of the lines that came are repeated");
}

TEST_F(ShiftingPages, a_row_that_comes_twice_once_is_read_again_and_loaded) {
    expect_recovery(moved_);
}

TEST_F(ShiftingPages, a_row_whose_content_moves_between_two_pages_is_read_again_then_fails) {
    expect_failure(
        {of("5", {item("a"), item("b")}), of("5", {item("b", "2"), item("c")}), of("5", {item("d")})},
        "record b came twice with different content");
}

TEST_F(ShiftingPages, an_empty_page_before_the_total_is_read_again_then_fails) {
    expect_failure({of("5", {item("a"), item("b")}), of("5", {})},
                   "the vendor says 5 records in all but sent 2");
}

} // namespace
} // namespace billhouse
