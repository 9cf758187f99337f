#pragma once

#include "base/error.hpp"
#include "job/job_loader.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// A good job file, and what is said of it where one piece of it is replaced.
namespace billhouse::good_job {

inline constexpr std::string_view kGood = R"(version: 1
job: acme
description: An example
settings: {currency: EUR, base: "https://api.example.com", lag: 2 days}
source: {code: acme, vendor: acme, provider: Acme, invoice_issuer: Acme, publisher: Acme, currency: "{settings.currency}", timezone: Europe/Berlin}
http:
  base_url: "{settings.base}/v1"
  auth: [{kind: bearer, secret: {credential: acme_token}}]
streams:
  usage:
    request: {path: /usage, query: {from: "{window.start}", to: "{window.last:%Y%m%d}", page: "{page.number},{page.size}"}}
    window: {earliest: 2024-01-01, lag: "{settings.lag}"}
    pagination: {kind: page_number, size: 50}
    records: {path: data.rows}
    mapping:
      identity: {columns: [charge_date, sku_code, currency_code]}
      columns:
        charge_date: {from: day, format: date}
        sku_code: [sku, product]
        currency_code: currency
        charge_category: {constant: Usage}
        charge_frequency: {constant: Usage-Based}
        list_cost: {from: cents, shift: -2}
        billed_cost: {subtract: [list, {multiply: [list, rate]}]}
        total_amount: cost
)";

/// The good file with one piece of text replaced; the piece must be there once.
inline std::string with(std::string_view piece, std::string_view replacement) {
    std::string text(kGood);
    auto const at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    EXPECT_EQ(text.find(piece, at + 1), std::string::npos) << piece;
    return text.replace(at, piece.size(), replacement);
}

inline Configuration load(std::string const& job,
                          std::optional<std::string> const& main_file = std::nullopt) {
    std::optional<FileText> main_text;
    if (main_file) main_text = FileText{"billhouse.yaml", *main_file};
    return parse_configuration(main_text, {{"jobs/acme.yaml", job}});
}

/// The diagnostics without the line that counts them.
inline std::string problems(std::string const& job,
                            std::optional<std::string> const& main_file = std::nullopt) {
    try {
        load(job, main_file);
    } catch (Error const& error) {
        EXPECT_EQ(error.kind(), ErrorKind::config);
        std::string const text = error.what();
        return text.substr(text.find('\n') + 1);
    }
    return "";
}

struct Case {
    std::string_view piece, replacement, expected;
};

inline void expect_problems(std::initializer_list<Case> cases) {
    for (auto const& [piece, replacement, expected] : cases)
        EXPECT_EQ(problems(with(piece, replacement)), expected) << replacement;
}

} // namespace billhouse::good_job
