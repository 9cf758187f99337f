#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

/// The hash of all that is added, as of one text.
class Sha256Sum {
public:
    Sha256Sum();
    ~Sha256Sum();
    Sha256Sum(Sha256Sum const&) = delete;
    Sha256Sum& operator=(Sha256Sum const&) = delete;

    void add(std::string_view bytes);
    /// To be called once, at last.
    Sha256 finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

std::string to_hex(std::string_view bytes);
std::string to_hex(Sha256 const& digest);

/// 128 bits as PostgreSQL's uuid type holds them.
struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    friend auto operator<=>(Uuid const&, Uuid const&) = default;
};
std::string to_string(Uuid const& uuid);

/// Collects identity parts in the canonical form of etl.identity_key(): "length:bytes", NULL as "-", joined
/// by ","; so ("ab","c") differs from ("a","bc") and NULL from "".
class IdentityKey {
public:
    void add(std::optional<std::string_view> part) { part ? add_text(*part) : add_null(); }
    void append(IdentityKey const& parts); ///< which has at least one
    std::size_t size() const { return size_; }
    void cut(std::size_t size) { size_ = size; } ///< back to what it was when size() was that
    std::string_view canonical() const { return {text_.data(), size_}; }
    /// First 16 bytes of SHA-256 over canonical(), marked as UUID version 8 (RFC 9562 5.8).
    Uuid uuid() const { return uuid_of(canonical()); }
    static Uuid uuid_of(std::string_view canonical);

private:
    void add_text(std::string_view part) {
        constexpr std::size_t kAround = 24; // a comma, a length and a colon
        char* const start = room_for(part.size() + kAround);
        char* at = start;
        if (size_ > 0) *at++ = ',';
        at = write_length(part.size(), at);
        *at++ = ':';
        if (!part.empty()) std::memcpy(at, part.data(), part.size());
        size_ += static_cast<std::size_t>(at - start) + part.size();
    }
    void add_null();
    // Nearly every part is shorter than a hundred bytes, and a line has some seventy of them.
    static char* write_length(std::size_t length, char* at) {
        if (length >= 100) return write_large(length, at);
        if (length >= 10) *at++ = static_cast<char>('0' + length / 10);
        *at++ = static_cast<char>('0' + length % 10);
        return at;
    }
    static char* write_large(std::size_t length, char* at);
    char* room_for(std::size_t bytes) {
        if (text_.size() - size_ < bytes) grow(bytes);
        return text_.data() + size_;
    }
    void grow(std::size_t bytes);

    std::string text_; ///< grown ahead of use, as most parts are a few bytes
    std::size_t size_ = 0;
};

/// First 8 bytes of SHA-256, big-endian, as PostgreSQL's bigint holds them: tells changed content from
/// unchanged.
std::int64_t content_hash(std::string_view canonical);

} // namespace billhouse

template <>
struct std::hash<billhouse::Uuid> {
    std::size_t operator()(billhouse::Uuid const& uuid) const noexcept; // the bytes are already uniform
};
