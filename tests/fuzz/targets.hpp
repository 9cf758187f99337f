#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

/// What foreign bytes are thrown at. Each function reads its input as bytes of one kind, lets only the errors
/// pass that are foreseen for it, and holds an oracle against the rest: what it throws is a finding.
namespace billhouse {

void fuzz_command_line(std::uint8_t const* data, std::size_t size);
void fuzz_decimal(std::uint8_t const* data, std::size_t size);
void fuzz_gzip(std::uint8_t const* data, std::size_t size);
void fuzz_job(std::uint8_t const* data, std::size_t size);
void fuzz_link_header(std::uint8_t const* data, std::size_t size);
void fuzz_next_url(std::uint8_t const* data, std::size_t size);
void fuzz_page(std::uint8_t const* data, std::size_t size);
void fuzz_retry_after(std::uint8_t const* data, std::size_t size);
void fuzz_star_rows(std::uint8_t const* data, std::size_t size);
void fuzz_time(std::uint8_t const* data, std::size_t size);

/// An oracle's finding.
class Finding : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

inline void hold(bool holds, std::string const& rule) {
    if (!holds) throw Finding(rule);
}

} // namespace billhouse
