#include "base/text.hpp"
#include "cli/commands.hpp"
#include "report/star_row_text.hpp"
#include "run/preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace billhouse {

namespace {

constexpr std::size_t kColumn = 62; // two of them fit a terminal of 130 characters

void print_beside(std::vector<std::string> const& left, std::vector<std::string> const& right) {
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
        auto const vendor = i < left.size() ? printable(left[i], kColumn) : "";
        auto const star = i < right.size() ? printable(right[i], 160) : "";
        fmt::print("  {:<{}} {}{}\n", vendor, kColumn, star.empty() ? "" : "| ", star);
    }
}

void print_record(PreviewedRecord const& record, std::size_t number) {
    fmt::print("\nrecord {}\n", number);
    std::vector<std::string> vendor{"VENDOR"};
    for (auto const& [path, value] : record.fields)
        vendor.push_back(path + ": " + value);
    std::vector<std::string> star{"STAR"};
    for (auto const& line : record.rows.lines) {
        for (auto& text : star_row_text(line, record.rows.members))
            star.push_back(std::move(text));
        star.emplace_back();
    }
    for (auto const& reject : record.rows.rejects)
        star.push_back(fmt::format("REJECTED {}: {}", reject.reason_code, reject.reason));
    print_beside(vendor, star);
}

} // namespace

int preview_command(App& app) {
    auto const configuration = read_configuration(app);
    auto const* const job = selected_jobs(app, configuration).front();
    Warehouse no_warehouse({}, std::nullopt, "preview", app.stop); // never asked for a session
    auto context = make_context(app, configuration, no_warehouse);
    for (auto const& preview :
         preview_job(context, *job, static_cast<std::size_t>(app.options.records), app.options.until)) {
        fmt::print("{}: {} {}\n", preview.stream, preview.method, preview.request);
        fmt::print("HTTP {}, {} records{}; {}\n", preview.status, preview.records,
                   preview.total ? fmt::format(" of {}", *preview.total) : "", preview.next);
        std::size_t number = 0;
        for (auto const& record : preview.shown)
            print_record(record, ++number);
        for (auto const& warning : preview.warnings)
            fmt::print("\nWARNING {}\n", warning);
    }
    return 0;
}

} // namespace billhouse
