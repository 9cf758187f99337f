#pragma once

#include "base/date_time.hpp"
#include "base/decimal.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// The binary COPY format: numbers in network byte order, each field after its length. PostgreSQL manual,
/// COPY, "Binary Format"; the types' own forms are those of their send and receive functions, unchanged since
/// PostgreSQL 8.0.
namespace billhouse {

/// Signature, flags field (0), length of the header's extension (0).
inline constexpr std::string_view kCopySignature{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
inline constexpr std::int16_t kCopyTrailer = -1;
inline constexpr char kJsonbVersion = '\1';
/// date and timestamptz count from here, timestamptz in microseconds.
inline constexpr Date kPostgresEpoch{std::chrono::year{2000} / 1 / 1};

template <class Integer>
void append_network_order(std::string& buffer, Integer value) {
    char bytes[sizeof value];
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes[sizeof value - 1 - i] = static_cast<char>((value >> (8 * i)) & 0xFF);
    buffer.append(bytes, sizeof bytes);
}
inline void append_int16(std::string& buffer, std::int16_t value) {
    append_network_order(buffer, static_cast<std::uint16_t>(value));
}
inline void append_int32(std::string& buffer, std::int32_t value) {
    append_network_order(buffer, static_cast<std::uint32_t>(value));
}
inline void append_int64(std::string& buffer, std::int64_t value) {
    append_network_order(buffer, static_cast<std::uint64_t>(value));
}

/// Length and value as numeric_recv() reads them: digits to base 10,000, most significant first, and the
/// power of the first.
void append_numeric(std::string& buffer, Decimal const& value);

} // namespace billhouse
