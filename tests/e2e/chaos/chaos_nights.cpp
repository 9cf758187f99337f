#include "e2e/chaos/chaos_nights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <thread>

namespace billhouse {

namespace {

constexpr char const* kFirstDay = "2026-01-01";

std::string day(int number) {
    return fmt::format("2026-01-{:02}", number);
}

/// What a process may end with: sysexits as in the README, or a signal of ours. 70, a bug, is none of them.
bool is_documented(int code) {
    constexpr std::array<int, 9> kCodes{0, 65, 69, 74, 75, 77, 128 + SIGINT, 128 + SIGTERM, 128 + SIGKILL};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

} // namespace

ChaosNights::ChaosNights(std::uint64_t seed)
    : seed_(seed), random_(seed),
      vendor_(SAMPLE_VENDOR_BINARY, {"--today", day(2), "--from", kFirstDay, "--workspaces", "3", "--apps",
                                     "3", "--seed", std::to_string(seed)}) {
    configure();
}

ChaosNights::~ChaosNights() = default;

void ChaosNights::configure() {
    ConfigChoice choice;
    choice.connection = proxy_.through(database_.connection());
    choice.jobs["guance"] = {
        {"pace_per", "1ms"}, {"earliest", kFirstDay}, {"base_url", vendor_.guance_url()}};
    choice.jobs["ocamba"] = {
        {"pace_per", "1ms"}, {"earliest", kFirstDay}, {"base_url", vendor_.ocamba_url()}};
    choice.credentials = {{"guance_api_key", SampleVendorProcess::kGuanceKey},
                          {"ocamba_token", SampleVendorProcess::kOcambaToken}};
    config_.emplace(BILLHOUSE_SOURCE_DIR, choice);
    config_->keep_jobs({"guance", "ocamba"});
    // The waits between attempts are what the policy's own tests are about; here they would only be slept
    // through.
    for (auto const* job : {"jobs/guance.yaml", "jobs/ocamba.yaml"}) {
        auto text = config_->read(job);
        constexpr std::string_view kDelay = "first_delay: 1s, max_delay: 60s";
        text.replace(text.find(kDelay), kDelay.size(), "first_delay: 1ms, max_delay: 10ms");
        config_->write(job, text);
    }
}

std::vector<std::string> ChaosNights::run() {
    for (int number = 1; number <= kNights && problems_.empty(); ++number)
        night(number);
    return problems_;
}

void ChaosNights::night(int number) {
    auto const until = day(2 * number + 1); // two new days a night
    vendor_.set_today(day(2 * number + 2)); // the last of them is complete
    amend(number);
    draw_vendor_faults(number);
    draw_database_faults();
    int code = -1;
    for (int i = 0; i < kMostStarts && code != 0; ++i) {
        code = start(until);
        if (!is_documented(code))
            complain(fmt::format("night {}: exit code {}: {}", number, code, last_words_));
        check_at_rest(fmt::format("night {}, after exit code {}", number, code));
    }
    vendor_.heal();
    proxy_.heal();
    auto const calm =
        run_process({.binary = BILLHOUSE_BINARY,
                     .arguments = {"--config", config_->path().string(), "run", "--until", until},
                     .environment = {},
                     .directory = {}});
    ++starts_;
    if (calm.exit_code != 0)
        complain(
            fmt::format("night {}: exit code {} without any fault: {}", number, calm.exit_code, calm.err));
    check_at_rest(fmt::format("night {}, recovered", number));
    check_against_books(until);
}

/// The vendor changes its mind about days that the next run reads again.
void ChaosNights::amend(int number) {
    if (number == 1) return;
    auto const from = day(std::max(1, 2 * number - 5)), to = day(2 * number - 2);
    auto const how = static_cast<int>(below(1000));
    if (below(2) == 0) vendor_.restate("guance", from, to, 1 + below(5), how);
    if (below(3) == 0) vendor_.remove("guance", from, to, 1, how);
    if (below(3) == 0) vendor_.add_late("guance", from, to, 1);
    if (below(2) == 0) vendor_.restate("ocamba", from, to, 1, how);
}

void ChaosNights::draw_vendor_faults(int) {
    for (auto count = below(5); count > 0; --count) {
        VendorFailure failure;
        failure.path = below(3) == 0 ? "/ocamba" : "/guance";
        failure.skip = static_cast<int>(below(8));
        failure.times = 1 + static_cast<int>(below(3));
        switch (below(6)) {
        case 0:
            failure.reset = true;
            break;
        case 1:
            failure.cut_after = below(2000);
            break;
        case 2:
            failure.delay_ms = static_cast<int>(below(50));
            break;
        case 3:
            failure.status = 503;
            break;
        case 4:
            failure.status = 500;
            break;
        default:
            failure.status = 200;
            failure.content_type = "text/html";
            failure.body = "<html>Please sign in</html>";
        }
        vendor_.fail(failure);
        ++vendor_faults_;
    }
}

void ChaosNights::draw_database_faults() {
    using Kind = PostgresFault::Kind;
    if (below(4) == 0) return;
    proxy_.inject_at_random(random_(), static_cast<int>(1 + below(8)),
                            {Kind::cut_before, Kind::cut_after, Kind::drop_reply, Kind::reset});
    if (below(3) == 0)
        proxy_.inject({.kind = below(2) == 0 ? Kind::drop_reply : Kind::cut_before,
                       .when = PostgresFault::When::commit,
                       .nth = static_cast<int>(1 + below(4)),
                       .text = "INSERT INTO etl.slice"});
}

int ChaosNights::start(std::string const& until) {
    ++starts_;
    ChildProcess process({.binary = BILLHOUSE_BINARY,
                          .arguments = {"--config", config_->path().string(), "run", "--until", until},
                          .environment = {},
                          .directory = {}});
    if (below(3) == 0) {
        // So far into its work, measured in what it says to the database and not in time.
        auto const last = proxy_.messages() + static_cast<int>(below(400));
        auto const number = below(4) == 0 ? SIGTERM : SIGKILL;
        proxy_.at_message(last, [&process, number] { process.signal(number); });
        ++kills_;
    }
    auto const result = process.wait();
    proxy_.at_message(0, {}); // it may have ended before
    last_words_ = result.err;
    wait_for_backends();
    return result.exit_code;
}

/// A killed client's backend may still be about to commit.
void ChaosNights::wait_for_backends() {
    constexpr auto const* kOthers =
        "SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND "
        "pid <> pg_backend_pid() AND backend_type = 'client backend'";
    while (database_.value(kOthers) != "0")
        std::this_thread::yield();
}

void ChaosNights::check_at_rest(std::string const& when) {
    for (auto const& broken : broken_invariants(database_))
        complain(fmt::format("{}: {}", when, broken));
}

/// The star says of each day what the vendor's books say, to the last digit.
void ChaosNights::check_against_books(std::string const& until) {
    auto const books = vendor_.ledger("guance", kFirstDay, day(std::stoi(until.substr(8)) - 1));
    auto const stored =
        database_.query("SELECT charge_date::text, currency_code, count(*)::text, "
                        "trim_scale(sum(list_cost))::text, trim_scale(sum(billed_cost))::text, "
                        "trim_scale(sum(discount_amount))::text FROM mart.charge WHERE source_code = "
                        "'guance_cn' GROUP BY 1, 2 ORDER BY 1, 2");
    auto const& days = books["days"].elements;
    if (stored.size() != days.size())
        return complain(
            fmt::format("until {}: {} days in the star, {} in the books", until, stored.size(), days.size()));
    for (std::size_t i = 0; i < days.size(); ++i) {
        auto const& book = days[i];
        auto const told = fmt::format("{} {} {} {} {}", book["currency"].text, book["rows"].text,
                                      book["list"].text, book["billed"].text, book["discount"].text);
        auto const& row = stored[i];
        auto const held = fmt::format("{} {} {} {} {}", row[1].value_or(""), row[2].value_or(""),
                                      row[3].value_or(""), row[4].value_or(""), row[5].value_or(""));
        if (told != held)
            complain(fmt::format("{}: the books say {}, the star {}", row[0].value_or(""), told, held));
    }
}

std::size_t ChaosNights::faults() const {
    return static_cast<std::size_t>(kills_ + vendor_faults_) + proxy_.struck().size();
}

std::string ChaosNights::summary() const {
    return fmt::format("{} nights, {} starts, {} kills, {} vendor faults, {} database faults", kNights,
                       starts_, kills_, vendor_faults_, proxy_.struck().size());
}

} // namespace billhouse
