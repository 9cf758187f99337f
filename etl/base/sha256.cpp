#include "base/sha256.hpp"

#include "base/error.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace billhouse {
namespace {

struct ContextDeleter {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
struct DigestDeleter {
    void operator()(EVP_MD* digest) const noexcept { EVP_MD_free(digest); }
};

// OpenSSL 3 looks an algorithm up by name on every one-shot call, which costs more than hashing a key does.
// Two hashes are made a row, so each thread keeps the algorithm and a context.
class Hasher {
public:
    Hasher() : digest_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
        if (digest_ == nullptr || context_ == nullptr) fail();
    }

    Sha256 operator()(std::string_view bytes) {
        begin();
        add(bytes);
        return finish();
    }

    void begin() {
        if (EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) != 1) fail();
    }
    void add(std::string_view bytes) {
        if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) fail();
    }
    Sha256 finish() {
        Sha256 result;
        if (EVP_DigestFinal_ex(context_.get(), result.data(), nullptr) != 1) fail();
        return result;
    }

private:
    [[noreturn]] static void fail() {
        throw Error(ErrorKind::local_io, "OpenSSL offers no SHA-256",
                    "Check the machine's OpenSSL configuration and its providers.");
    }

    std::unique_ptr<EVP_MD, DigestDeleter> digest_;
    std::unique_ptr<EVP_MD_CTX, ContextDeleter> context_;
};

} // namespace

Sha256 sha256(std::string_view bytes) {
    thread_local Hasher hasher;
    return hasher(bytes);
}

struct Sha256Sum::Impl {
    Hasher hasher;
};

Sha256Sum::Sha256Sum() : impl_(std::make_unique<Impl>()) {
    impl_->hasher.begin();
}

Sha256Sum::~Sha256Sum() = default;

void Sha256Sum::add(std::string_view bytes) {
    impl_->hasher.add(bytes);
}

Sha256 Sha256Sum::finish() {
    return impl_->hasher.finish();
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (char const c : bytes) {
        auto const byte = static_cast<unsigned char>(c);
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

std::string to_hex(Sha256 const& digest) {
    std::array<char, 32> bytes;
    std::memcpy(bytes.data(), digest.data(), bytes.size());
    return to_hex(std::string_view(bytes.data(), bytes.size()));
}

std::string to_string(Uuid const& uuid) {
    std::array<char, 16> bytes;
    std::memcpy(bytes.data(), uuid.bytes.data(), bytes.size());
    auto text = to_hex(std::string_view(bytes.data(), bytes.size()));
    for (std::size_t const dash : {8U, 13U, 18U, 23U})
        text.insert(dash, 1, '-');
    return text;
}

char* IdentityKey::write_large(std::size_t length, char* at) {
    constexpr std::size_t kLongest = 20;
    return std::to_chars(at, at + kLongest, length).ptr;
}

void IdentityKey::grow(std::size_t bytes) {
    constexpr std::size_t kAhead = 512;
    text_.resize(2 * size_ + bytes + kAhead);
}

void IdentityKey::add_null() {
    char* const start = room_for(2);
    if (size_ > 0) *start = ',';
    start[size_ > 0 ? 1 : 0] = '-';
    size_ += size_ > 0 ? 2 : 1;
}

void IdentityKey::append(IdentityKey const& parts) {
    char* at = room_for(parts.size_ + 1);
    if (size_ > 0) *at++ = ',';
    std::memcpy(at, parts.text_.data(), parts.size_);
    size_ += parts.size_ + (size_ > 0 ? 1 : 0);
}

Uuid IdentityKey::uuid_of(std::string_view canonical) {
    auto const digest = sha256(canonical);
    Uuid uuid;
    std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x80); // version 8
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80); // RFC 9562 variant
    return uuid;
}

std::int64_t content_hash(std::string_view canonical) {
    auto const digest = sha256(canonical);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value = value << 8 | digest[i];
    return static_cast<std::int64_t>(value);
}

} // namespace billhouse

std::size_t std::hash<billhouse::Uuid>::operator()(billhouse::Uuid const& uuid) const noexcept {
    std::size_t halves[2];
    static_assert(sizeof halves == sizeof uuid.bytes);
    std::memcpy(halves, uuid.bytes.data(), sizeof halves);
    return halves[0] ^ halves[1];
}
