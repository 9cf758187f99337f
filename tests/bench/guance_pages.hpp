#pragma once

#include <cstdint>
#include <string>

/// Guance-like billing lines of some 650 bytes, a function of day and number alone. The first day is
/// 2023-01-01. The variant `restated` has other amounts in 2 % of the lines, `long` has amounts of 19 digits,
/// more than a binary floating point number holds.
namespace billhouse::bench {

/// "2023-01-01" for 0.
std::string date_of(int day);

/// "1.000001" for 1,000,001.
std::string amount(std::uint64_t millionths);

/// What a line costs, in millionths.
struct Amounts {
    std::uint64_t listed, billed, seed;
};
Amounts amounts_of(int day, int number, std::string const& variant);

void append_line(std::string& body, int day, int number, std::string const& variant);

/// What stands before a page's lines.
inline constexpr char const* kHead = R"({"code":200,"success":true,"errorCode":"","message":"","content":[)";
/// What stands behind them.
/// @param total_lines, total_pages  of the series that the page is one of; @param page its place there, from
/// 1
std::string tail_of(int total_lines, int total_pages, int page);

} // namespace billhouse::bench
