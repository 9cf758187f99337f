#include "base/base64.hpp"

#include "e2e/fault_run.hpp"

#include <csignal>
#include <fstream>
#include <iterator>

/// Promise P8: a secret leaves billhouse towards its own vendor only. The job's key is FaultRun::kKey; it is
/// searched, in every form, in all that a run leaves behind, whatever the vendor does with it.
namespace billhouse {
namespace {

using ::testing::HasSubstr;
using Then = ScriptedReply::Then;

std::string percent_encoded(std::string const& text, char const* form) {
    std::string out;
    for (char const c : text)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-') {
            out += c;
        } else {
            char code[4];
            std::snprintf(code, sizeof code, form, static_cast<unsigned>(static_cast<unsigned char>(c)));
            out += code;
        }
    return out;
}

std::string hexadecimal(std::string const& bytes) {
    std::string out;
    for (char const c : bytes) {
        char code[3];
        std::snprintf(code, sizeof code, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        out += code;
    }
    return out;
}

/// The key as it is, in a URL, in base64 at each of the three places that it can take in there (without the
/// digits at its ends, which depend on the neighbours), and as the database writes bytes.
std::vector<std::string> forms_of(std::string const& key) {
    std::vector<std::string> forms{key, percent_encoded(key, "%%%02X"), percent_encoded(key, "%%%02x")};
    for (std::size_t offset = 0; offset < 3; ++offset) {
        auto const text = base64(std::string(offset, 'x') + key);
        forms.push_back(text.substr(4, text.size() - 8));
    }
    for (std::size_t i = 0, count = forms.size(); i < count; ++i)
        forms.push_back(hexadecimal(forms[i]));
    return forms;
}

class SecretsCanary : public FaultRun {
protected:
    static std::string found_in(std::string const& text) {
        for (auto const& form : forms_of(kKey))
            if (text.find(form) != std::string::npos) return form;
        return "";
    }
    void expect_hidden(ProcessResult const& run, std::string const& what) {
        EXPECT_EQ(found_in(run.out), "") << what << " (standard output): " << run.out;
        EXPECT_EQ(found_in(run.err), "") << what << " (log): " << run.err;
    }
    /// Every column of every table, in the form that pg_dump writes.
    void expect_hidden_in_database() {
        auto const dump =
            run_process({"/bin/sh", {"-c", "exec pg_dump --inserts \"$0\"", database_.connection()}, {}, {}});
        ASSERT_EQ(dump.exit_code, 0) << dump.err;
        EXPECT_THAT(dump.out, HasSubstr("INSERT INTO etl.run"));
        EXPECT_THAT(dump.out, HasSubstr("INSERT INTO raw.page_body"));
        EXPECT_EQ(found_in(dump.out), "")
            << dump.out.substr(std::min(dump.out.find(found_in(dump.out)), dump.out.size() - 1), 200);
    }
    ProcessResult load_loudly(std::string const& format) {
        write_job();
        auto arguments = load_arguments();
        arguments.insert(arguments.begin(), {"--log-level", "debug", "--log-format", format});
        return billhouse(arguments);
    }
};

TEST_F(SecretsCanary, a_key_shows_nowhere_whatever_the_vendor_answers) {
    auth_ = "[{kind: header, name: X-Api-Key, secret: {credential: acme_key}}, {kind: query, name: api_key, "
            "secret: {credential: acme_key}}, {kind: basic, user: {credential: acme_user}, secret: "
            "{credential: acme_key}}]";
    config_->write("credentials/acme_user", "acme");
    std::filesystem::permissions(config_->credentials() / "acme_user",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    retry_ = "{attempts: 2, first_delay: 1ms, max_delay: 1ms}";
    response_ = "{message: message, trace_id: trace}";
    auto const encoded = percent_encoded(kKey, "%%%02X");
    auto const basic = base64(std::string("acme:") + kKey);
    auto const echo = R"({"message":"key )" + std::string(kKey) + " is bad, " + encoded + ", Basic " + basic +
                      R"(","trace":")" + kKey + "\"}";
    std::vector<std::pair<std::string, ScriptedReply>> const answers{
        {"success", page({"a"})},
        // other records than before: pages with the same ones are not stored again
        {"a page that quotes its own URL",
         page({"a", "b"}, R"(,"self":"/usage?api_key=)" + encoded + R"(","auth":")" + basic +
                              R"(","trace":")" + kKey + "\"")},
        {"400", answer(400, echo)},
        {"401", answer(401, echo)},
        {"403", answer(403, "no JSON: " + std::string(kKey), {}, "text/plain")},
        {"404, long", answer(404, std::string(500, 'x') + kKey + std::string(500, 'x'), {}, "text/plain")},
        {"429", answer(429, echo, "Retry-After: " + std::string(kKey) + "\r\n")},
        {"500", answer(500, echo)},
        {"HTML", answer(200, "<p>" + std::string(kKey) + "</p>", {}, "text/html")},
        {"an error in a 200", answer(200, echo)},
        {"JSON that is cut off", answer(200, R"({"rows":[{"day":")" + std::string(kKey))},
        {"a redirect", answer(302, "", "Location: https://" + encoded + ".example/" + encoded + "\r\n")},
        {"a foreign coding", answer(200, "{}", "Content-Encoding: " + encoded + "\r\n")},
        {"no HTTP", {std::string(kKey) + "\r\n\r\n", Then::close}},
        {"a reset", {"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + std::string(kKey), Then::reset}},
    };
    for (auto const& [what, said] : answers) {
        vendor_says({said});
        expect_hidden(load_loudly(what.size() % 2 == 0 ? "json" : "text"), what);
        ASSERT_THAT(server_->requests().at(0), HasSubstr("X-Api-Key: " + std::string(kKey))) << what;
        ASSERT_THAT(server_->requests().at(0), HasSubstr("Basic " + basic)) << what;
    }
    vendor_says({page({"a"})});
    for (auto const& arguments : std::vector<std::vector<std::string>>{
             {"preview", "acme"},
             {"check", "acme", "--connect"},
             {"status"},
             {"plan", "acme", "--from", "2026-01-01", "--to", "2026-01-02"}})
        expect_hidden(billhouse(arguments), arguments.front());
    expect_hidden_in_database();
}

TEST_F(SecretsCanary, a_key_is_in_neither_arguments_nor_environment_of_the_process) {
    vendor_says({{"", Then::hang}});
    write_job();
    ChildProcess run(command(load_arguments()));
    while (requests() == 0)
        ASSERT_TRUE(run.running()) << run.err();
    for (auto const* file : {"cmdline", "environ"}) {
        std::ifstream stream("/proc/" + std::to_string(run.id()) + "/" + file, std::ios::binary);
        std::string const text{std::istreambuf_iterator<char>(stream), {}};
        if (file == std::string("cmdline")) {
            EXPECT_THAT(text, HasSubstr("backfill")) << "the right process";
        }
        EXPECT_EQ(found_in(text), "") << file;
    }
    std::ifstream limits("/proc/" + std::to_string(run.id()) + "/limits");
    std::string const text{std::istreambuf_iterator<char>(limits), {}};
    EXPECT_THAT(text, ::testing::ContainsRegex("Max core file size +0 +0 ")) << "nor will it be in a core";
    run.signal(SIGTERM);
    EXPECT_EQ(run.wait().exit_code, 143);
}

} // namespace
} // namespace billhouse
