#include "cli/report_lines.hpp"

#include "base/failpoint.hpp"
#include "base/text.hpp"
#include "run/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace billhouse {

namespace {

std::string seconds_since(Clock const& clock, std::chrono::steady_clock::time_point begun) {
    auto const elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - begun).count();
    return fmt::format("{}.{:03} s", elapsed / 1000, elapsed % 1000);
}

bool is_quiet(StreamReport const& stream) {
    return !stream.failure && stream.totals.change.changed() == 0 && stream.totals.quarantined == 0;
}

/// Quiet streams as one: their sums, the earliest watermark, the first run's id.
StreamReport together(JobReport const& report) {
    StreamReport sum = report.streams.front();
    for (auto const& stream : std::span(report.streams).subspan(1)) {
        sum.totals += stream.totals;
        sum.watermark =
            sum.watermark && stream.watermark ? std::min(sum.watermark, stream.watermark) : std::nullopt;
        if (sum.run_id == 0) sum.run_id = stream.run_id;
    }
    return sum;
}

/// "new 3, restated 1; 2 windows failed": what was loaded, and what was not.
std::string outcome_of(StreamReport const& stream) {
    auto const& totals = stream.totals;
    auto const left_out = totals.slices_failed + totals.slices_held;
    std::string text = totals.slices > 0                ? describe(totals.change)
                       : left_out > 0 || stream.failure ? "nothing was loaded"
                                                        : "nothing is due";
    auto const add = [&](std::int64_t windows, std::string_view what) {
        if (windows > 0) text += fmt::format("; {} window{} {}", windows, windows == 1 ? "" : "s", what);
    };
    add(totals.slices_failed, "failed");
    add(totals.slices_held, totals.slices_held == 1 ? "is held" : "are held");
    return text;
}

} // namespace

RunSummary::RunSummary(Clock& clock, Log& log) : clock_(clock), log_(log), job_begun_(clock.steady_now()) {}

void RunSummary::add(JobReport const& report) {
    // A quiet night is one line a job, however many streams and partitions it has.
    if (report.streams.size() > 1 && std::ranges::all_of(report.streams, is_quiet))
        tell(report.job, together(report));
    else
        for (auto const& stream : report.streams)
            tell(stream.stream, stream);
    FAILPOINT("summary.written");
    job_begun_ = clock_.steady_now();
    if (report.failure && (!worst_ || seriousness(report.failure->kind()) > seriousness(worst_->kind())))
        worst_ = report.failure;
}

void RunSummary::tell(std::string const& name, StreamReport const& stream) {
    auto const& totals = stream.totals;
    log_.info(fmt::format("{}: {}", name, outcome_of(stream)),
              {{"changed", std::to_string(totals.change.changed())},
               {"windows", std::to_string(totals.slices)},
               {"failed", std::to_string(totals.slices_failed)},
               {"held", std::to_string(totals.slices_held)},
               {"read", std::to_string(totals.read)},
               {"unchanged", std::to_string(totals.change.unchanged)},
               {"rejected", std::to_string(totals.quarantined)},
               {"complete_until", stream.watermark ? to_string(*stream.watermark) : "none"},
               {"took", seconds_since(clock_, job_begun_)},
               {"run", stream.run_id > 0 ? std::to_string(stream.run_id) : "none"}});
}

int RunSummary::finish() {
    if (!worst_) return 0;
    auto const code = static_cast<int>(worst_->kind());
    log_.error(fmt::format("exit {} ({}): {}", code, name_of(worst_->kind()), worst_->what()),
               {{"hint", worst_->hint()}});
    return code;
}

} // namespace billhouse
