#include "cli/exit_codes.hpp"

#include "support/data_files.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace billhouse {

namespace {

std::string source_file(std::string const& name) {
    return file_text(std::filesystem::path(BILLHOUSE_SOURCE_DIR) / name);
}

/// "nothing: closed windows stay" as it stands behind a colon: "nothing, closed windows stay".
std::string behind_colon(std::string_view text) {
    std::string words(text);
    if (auto const at = words.find(": "); at != std::string::npos) words.replace(at, 2, ", ");
    return words;
}

} // namespace

TEST(ExitCodes, the_alert_tells_each_one_that_fails_as_the_table_does) {
    auto const alert = source_file("config/systemd/alert");
    for (auto const& code : exit_codes()) {
        if (code.code.size() != 2) continue; // done, and stopped on purpose
        auto const line =
            fmt::format("    {}) echo \"{}: {}\" ;;", code.code, code.meaning, behind_colon(code.asks));
        EXPECT_NE(alert.find(line), std::string::npos) << "config/systemd/alert lacks:\n" << line;
    }
}

TEST(ExitCodes, the_operating_guide_has_each_of_them) {
    auto const guide = source_file("config/README.md");
    for (auto const& code : exit_codes())
        EXPECT_NE(guide.find(fmt::format("| {} | {} |", code.code, code.meaning)), std::string::npos)
            << code.code;
}

TEST(ExitCodes, the_units_try_again_only_where_that_helps) {
    for (auto const* unit :
         {"config/systemd/billhouse@.service", "config/systemd/billhouse-backfill@.service"}) {
        auto const text = source_file(unit);
        EXPECT_NE(text.find("\nRestartPreventExitStatus=64 65 70 77 78\n"), std::string::npos) << unit;
        EXPECT_NE(text.find("\nSuccessExitStatus=130 143\n"), std::string::npos) << unit;
    }
}

} // namespace billhouse
