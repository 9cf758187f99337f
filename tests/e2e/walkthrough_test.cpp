#include "e2e/billhouse_run.hpp"
#include "support/scripted_server.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace billhouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The walkthrough of config/README.md, done as it says: its job file against its vendor's answer.
class Walkthrough : public BillhouseRun {
protected:
    Walkthrough() : BillhouseRun(), readme_(file_text(BILLHOUSE_SOURCE_DIR "/config/README.md")) {
        auto const begin = readme_.find("## Adding a vendor, step by step");
        EXPECT_NE(begin, std::string::npos);
        readme_ = readme_.substr(begin, readme_.find("\n## ", begin + 1) - begin);
        page_ = block("json");
        server_.emplace([this](std::string const& request) { return reply(request); });
        auto job = block("yaml");
        auto const url = job.find("https://api.skyhook.example");
        EXPECT_NE(url, std::string::npos);
        config_->write("jobs/skyhook.yaml", job.replace(url, 27, server_->url()));
        config_->write("credentials/skyhook_token", "sky-token");
        std::filesystem::permissions(config_->path() / "credentials/skyhook_token",
                                     std::filesystem::perms::owner_read);
    }

    static std::string file_text(std::string const& path) {
        std::ifstream file(path);
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    /// The first fenced block of this language.
    std::string block(std::string const& language) const {
        auto const fence = "```" + language + "\n";
        auto const at = readme_.find(fence);
        EXPECT_NE(at, std::string::npos) << language;
        auto const begin = at + fence.size();
        return readme_.substr(begin, readme_.find("```", begin) - begin);
    }
    ScriptedReply reply(std::string const& request) const {
        bool const is_right = request.starts_with("GET /v1/charges?from=2026-03-01&to=2026-03-01 ") &&
                              request.find("Authorization: Bearer sky-token") != std::string::npos;
        std::string const body = is_right ? page_ : "{}";
        return {"HTTP/1.1 " + std::string(is_right ? "200 OK" : "404 Not Found") +
                    "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body,
                ScriptedReply::Then::close};
    }
    ProcessResult skyhook(std::string const& what, std::vector<std::string> const& more = {}) {
        std::vector<std::string> arguments{what, "skyhook"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return billhouse(arguments);
    }

    std::vector<std::string> const day_{"--from", "2026-03-01", "--to", "2026-03-02"};
    std::string readme_, page_;
    std::optional<ScriptedServer> server_;
};

TEST_F(Walkthrough, leads_from_the_file_to_the_star) {
    EXPECT_EQ(skyhook("check").exit_code, 0) << skyhook("check").err;

    auto const preview = skyhook("preview", {"--until", "2026-03-02"});
    ASSERT_EQ(preview.exit_code, 0) << preview.err;
    EXPECT_THAT(preview.out, HasSubstr("billed_cost"));
    EXPECT_THAT(preview.out, HasSubstr("WARNING fields that no column uses, kept in attributes: id, note"));
    EXPECT_THAT(preview.out, HasSubstr("the series ends here: "));

    auto const plan = skyhook("plan", day_);
    EXPECT_EQ(plan.exit_code, 0) << plan.err;
    EXPECT_THAT(plan.out, HasSubstr("+19.49"));

    ASSERT_EQ(skyhook("backfill", day_).exit_code, 0);
    EXPECT_THAT(rows("SELECT sub_account_name, sku_code, quantity, billed_cost, currency_code FROM "
                     "mart.charge WHERE source_code = 'skyhook' ORDER BY 1"),
                ElementsAre("Blog | disk | 24 | -0.5 | EUR", "Shop | cpu | 12.5 | 19.99 | EUR"));
}

TEST_F(Walkthrough, preview_warns_of_twins_rejects_and_odd_currencies) {
    page_ = R"({"charges": [{"id": "1", "day": "2026-03-01", "product": "cpu", "cents": 1, "currency": "EUR"},
                            {"id": "2", "day": "2026-03-01", "product": "cpu", "cents": 2, "currency": "EUR"},
                            {"id": "3", "day": "soon", "product": "cpu", "cents": 3, "currency": "EUR"},
                            {"id": "4", "day": "2026-03-01", "product": "cpu", "cents": 4, "currency": "CREDITS"}], "next": ""})";
    auto const preview = skyhook("preview", {"--until", "2026-03-02"});
    ASSERT_EQ(preview.exit_code, 0) << preview.err;
    EXPECT_THAT(preview.out, HasSubstr("WARNING 1 of 4 lines are rejected"));
    EXPECT_THAT(
        preview.out,
        HasSubstr("WARNING 2 lines share their identity with another, such as /charges/0 and /charges/1"));
    EXPECT_THAT(preview.out, HasSubstr("WARNING 'CREDITS' is no currency of ISO 4217"));
}

} // namespace
} // namespace billhouse
