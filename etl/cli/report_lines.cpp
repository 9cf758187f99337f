#include "cli/report_lines.hpp"

#include "base/failpoint.hpp"
#include "base/text.hpp"
#include "run/progress.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

std::string seconds_since(Clock const& clock, std::chrono::steady_clock::time_point begun) {
    auto const elapsed =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.steady_now() - begun).count();
    return fmt::format("{}.{:03} s", elapsed / 1000, elapsed % 1000);
}

} // namespace

RunSummary::RunSummary(Clock& clock, Log& log) : clock_(clock), log_(log), job_begun_(clock.steady_now()) {}

void RunSummary::add(JobReport const& report) {
    for (auto const& stream : report.streams) {
        auto const& totals = stream.totals;
        auto const what = totals.slices + totals.slices_failed + totals.slices_held == 0
                              ? std::string("nothing is due")
                              : describe(totals.change);
        log_.info(fmt::format("{}: {}", stream.stream, what),
                  {{"changed", std::to_string(totals.change.changed())},
                   {"windows", std::to_string(totals.slices)},
                   {"failed", std::to_string(totals.slices_failed)},
                   {"held", std::to_string(totals.slices_held)},
                   {"read", std::to_string(totals.read)},
                   {"unchanged", std::to_string(totals.change.unchanged)},
                   {"rejected", std::to_string(totals.quarantined)},
                   {"complete_until", stream.watermark ? to_string(*stream.watermark) : "none"},
                   {"took", seconds_since(clock_, job_begun_)}});
    }
    FAILPOINT("summary.written");
    job_begun_ = clock_.steady_now();
    if (report.failure && (!worst_ || seriousness(report.failure->kind()) > seriousness(worst_->kind())))
        worst_ = report.failure;
}

int RunSummary::finish() {
    if (!worst_) return 0;
    auto const code = static_cast<int>(worst_->kind());
    log_.error(fmt::format("exit {} ({}): {}", code, name_of(worst_->kind()), worst_->what()),
               {{"hint", worst_->hint()}});
    return code;
}

} // namespace billhouse
