#include "cli/job_metrics.hpp"

#include "base/decimal.hpp"
#include "report/metrics_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace billhouse {

namespace {

constexpr std::size_t kMostCurrencies = 20;

std::string seconds(std::chrono::steady_clock::duration duration) {
    return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

std::int64_t unix_seconds(Instant time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

int exit_code(JobReport const& report) {
    return report.failure ? static_cast<int>(report.failure->kind()) : 0;
}

/// "guance.billing_detail" of "guance.billing_detail[1001]".
std::string without_partition(std::string const& label) {
    return label.substr(0, label.find('['));
}

using Counts = std::initializer_list<std::pair<std::string_view, std::int64_t>>;

/// Partitions added up.
std::map<std::string, RunTotals> totals_by_stream(JobReport const& report) {
    std::map<std::string, RunTotals> streams;
    for (auto const& stream : report.streams)
        streams[without_partition(stream.stream)] += stream.totals;
    return streams;
}

/// How a stream stands in the warehouse; of its partitions the one that is furthest behind.
struct Standing {
    std::optional<std::int64_t> complete_until, lag;
    std::int64_t failed = 0, held = 0, gaps = 0, rejects = 0;
    std::map<std::string, Decimal> missing; ///< by currency

    void add(StreamStatus const& status) {
        auto const until = status.complete_until ? parse_date(*status.complete_until) : std::nullopt;
        auto const due = parse_date(status.due_until);
        if (until && due) {
            complete_until = std::min(complete_until.value_or(unix_seconds(*until)), unix_seconds(*until));
            lag = std::max({lag.value_or(0), std::int64_t{0}, unix_seconds(*due) - unix_seconds(*until)});
        }
        failed += status.failed;
        held += status.held;
        gaps += status.gaps;
        rejects += status.open_rejects;
        add_missing(status.money_missing);
    }

private:
    /// @param text  "12.5 CNY, 3 USD"
    void add_missing(std::string const& text) {
        std::istringstream amounts(text);
        std::string amount, currency;
        while (amounts >> amount >> currency) {
            if (currency.ends_with(',')) currency.pop_back();
            auto const value = Decimal::parse(amount);
            if (!value || (missing.size() == kMostCurrencies && !missing.contains(currency))) continue;
            if (auto const sum = Decimal::add(missing[currency], *value)) missing[currency] = *sum;
        }
    }
};

class JobText {
public:
    explicit JobText(JobMetrics const& metrics) : metrics_(metrics), job_(metrics.report.job) {}

    std::string text() {
        add_run();
        add_vendor();
        add_loaded();
        if (metrics_.standing) add_standing();
        return text_.text();
    }

private:
    using Label = MetricsText::Label;

    void gauge(std::string_view name, std::string_view help, std::string_view value) {
        text_.family(name, help);
        text_.sample({{"billhouse_job", job_}}, value);
    }

    void add_run() {
        auto const& report = metrics_.report;
        gauge("billhouse_exit_code", "Exit code of the job's last run, 0 = done.",
              std::to_string(exit_code(report)));
        gauge("billhouse_last_run_timestamp_seconds", "When the job's last run ended.",
              std::to_string(unix_seconds(metrics_.ended)));
        if (!metrics_.last_success.empty())
            gauge("billhouse_last_success_timestamp_seconds",
                  "When a run of the job last ended with exit code 0.", metrics_.last_success);
        gauge("billhouse_run_duration_seconds", "How long the job's last run took.", seconds(metrics_.took));
        std::chrono::steady_clock::duration reading{}, loading{};
        for (auto const& stream : report.streams) {
            reading += stream.reading;
            loading += stream.loading;
        }
        auto const& fetched = report.fetched;
        auto const mapping = std::max(reading - fetched.waited - fetched.transferring, {});
        text_.family("billhouse_stage_duration_seconds",
                     "Where the last run's time went: waiting for the vendor's pace, transfers, decoding and "
                     "mapping, the "
                     "warehouse.");
        for (auto const& [stage, time] :
             std::initializer_list<std::pair<std::string_view, std::chrono::nanoseconds>>{
                 {"wait", fetched.waited},
                 {"transfer", fetched.transferring},
                 {"transform", mapping},
                 {"load", loading}})
            text_.sample({{"billhouse_job", job_}, {"stage", std::string(stage)}}, seconds(time));
    }

    void add_vendor() {
        auto const& fetched = metrics_.report.fetched;
        gauge("billhouse_requests", "Requests that the last run sent.", std::to_string(fetched.requests));
        gauge("billhouse_request_retries", "Of these, requests sent again.", std::to_string(fetched.retries));
        gauge("billhouse_received_bytes", "Bytes of bodies that the last run received, after decompression.",
              std::to_string(fetched.bytes));
    }

    void add_loaded() {
        auto const streams = totals_by_stream(metrics_.report);
        text_.family("billhouse_windows", "Windows of the last run by what became of them.");
        for (auto const& [stream, totals] : streams)
            counts(stream, "outcome",
                   {{"complete", totals.slices},
                    {"failed", totals.slices_failed},
                    {"held", totals.slices_held}});
        text_.family("billhouse_rows", "Rows of the last run's closed windows by what became of them.");
        for (auto const& [stream, totals] : streams) {
            auto const& change = totals.change;
            counts(stream, "kind",
                   {{"read", totals.read},
                    {"new", change.inserted},
                    {"late", change.late},
                    {"reappeared", change.reappeared},
                    {"restated", change.restated},
                    {"relabelled", change.relabelled},
                    {"removed", change.vanished},
                    {"unchanged", change.unchanged},
                    {"duplicate", totals.duplicates},
                    {"rejected", totals.quarantined}});
        }
    }

    void counts(std::string const& stream, std::string_view label, Counts values) {
        for (auto const& [value, count] : values)
            text_.sample({{"stream", stream}, {label, std::string(value)}}, std::to_string(count));
    }

    void add_standing() {
        std::map<std::string, Standing> streams;
        for (auto const& status : *metrics_.standing)
            streams[status.stream].add(status);
        text_.family("billhouse_complete_until_timestamp_seconds",
                     "The watermark: everything before it is loaded.");
        for (auto const& [stream, standing] : streams)
            if (standing.complete_until)
                text_.sample({{"stream", stream}}, std::to_string(*standing.complete_until));
        text_.family("billhouse_lag_seconds", "How far the watermark is behind what is due.");
        for (auto const& [stream, standing] : streams)
            if (standing.lag) text_.sample({{"stream", stream}}, std::to_string(*standing.lag));
        text_.family("billhouse_windows_waiting", "Windows that are not loaded, by why.");
        for (auto const& [stream, standing] : streams)
            counts(stream, "state",
                   {{"missing", standing.gaps}, {"failed", standing.failed}, {"held", standing.held}});
        text_.family("billhouse_rejects_open", "Rejected records that wait for a mended mapping.");
        for (auto const& [stream, standing] : streams)
            text_.sample({{"stream", stream}}, std::to_string(standing.rejects));
        text_.family("billhouse_money_missing", "Sum of the amounts of open rejects, as far as it is known.");
        for (auto const& [stream, standing] : streams)
            for (auto const& [currency, amount] : standing.missing)
                text_.sample({{"stream", stream}, {"currency", currency}}, amount.to_string());
    }

    JobMetrics const& metrics_;
    std::string job_;
    MetricsText text_;
};

std::optional<std::vector<StreamStatus>> standing_of(RunContext& context, std::string const& job) {
    try {
        return read_status(context.warehouse.session(), {}, {job}, std::nullopt);
    } catch (Error const&) { // the warehouse may be what failed; the run has told it
        context.warehouse.drop_session();
        return std::nullopt;
    }
}

} // namespace

std::string metrics_text(JobMetrics const& metrics) {
    return JobText(metrics).text();
}

void publish_metrics(RunContext& context, std::filesystem::path const& folder, JobReport const& report,
                     std::chrono::steady_clock::time_point begun) {
    if (folder.empty()) return;
    auto const file = metrics_path(folder, report.job);
    auto const now = context.clock.now();
    auto const last_success = report.failure
                                  ? sample_in(file, "billhouse_last_success_timestamp_seconds").value_or("")
                                  : std::to_string(unix_seconds(now));
    JobMetrics const metrics{report, standing_of(context, report.job), now,
                             context.clock.steady_now() - begun, last_success};
    try {
        replace_metrics(file, metrics_text(metrics));
    } catch (Error const& error) {
        context.log.warning("the metrics could not be written",
                            {{"reason", error.what()}, {"hint", error.hint()}});
    }
}

} // namespace billhouse
