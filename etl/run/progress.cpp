#include "run/progress.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace billhouse {

Progress::Progress(Clock& clock, Log& log, std::string stream, std::size_t slices)
    : clock_(clock), log_(log), stream_(std::move(stream)), slices_(slices), begun_(clock.steady_now()) {
    draw();
}

Progress::~Progress() {
    log_.show_status("");
}

void Progress::loaded(SliceOutcome const& outcome) {
    ++done_;
    rows_ += outcome.read;
    auto const& change = outcome.change;
    std::initializer_list<Log::Field> const fields = {
        {"read", std::to_string(outcome.read)},
        {"new", std::to_string(change.inserted + change.late + change.reappeared)},
        {"restated", std::to_string(change.restated)},
        {"relabelled", std::to_string(change.relabelled)},
        {"removed", std::to_string(change.vanished)},
        {"unchanged", std::to_string(change.unchanged)},
        {"rejected", std::to_string(outcome.quarantined)},
    };
    if (outcome.held)
        log_.warning("slice held", {{"read", std::to_string(outcome.read)},
                                    {"would_remove", std::to_string(change.vanished)}});
    else if (change.changed() > 0 || outcome.quarantined > 0)
        log_.info("slice loaded", fields);
    else
        log_.debug("slice unchanged", fields);
    draw();
}

void Progress::draw() {
    using namespace std::chrono;
    auto const elapsed = duration_cast<milliseconds>(clock_.steady_now() - begun_).count();
    auto const per_second = elapsed > 0 ? rows_ * 1000 / elapsed : 0;
    auto const left = static_cast<std::int64_t>(slices_ - done_);
    auto const seconds_left = done_ == 0 ? 0 : elapsed * left / static_cast<std::int64_t>(done_) / 1000;
    log_.show_status(fmt::format("{}: {} of {} windows, {} rows, {} rows/s, {}:{:02} left", stream_, done_,
                                 slices_, with_thousands(rows_), with_thousands(per_second),
                                 seconds_left / 60, seconds_left % 60));
}

std::string describe(SliceChange const& change) {
    std::string text;
    auto const add = [&](std::string_view what, std::int64_t count) {
        if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", what, with_thousands(count));
    };
    add("new", change.inserted);
    add("late", change.late);
    add("reappeared", change.reappeared);
    add("restated", change.restated);
    add("relabelled", change.relabelled);
    add("removed", change.vanished);
    return text.empty() ? "nothing changed" : text;
}

} // namespace billhouse
