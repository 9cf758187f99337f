#include "base/hmac.hpp"

#include "base/error.hpp"

#include <openssl/evp.h>

namespace billhouse {
namespace {

std::string hmac(char const* digest, std::string_view key, std::string_view bytes) {
    std::string mac(EVP_MAX_MD_SIZE, '\0');
    std::size_t length = 0;
    auto const* const message = reinterpret_cast<unsigned char const*>(bytes.data());
    if (EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, key.data(), key.size(), message, bytes.size(),
                  reinterpret_cast<unsigned char*>(mac.data()), mac.size(), &length) == nullptr)
        throw Error(ErrorKind::local_io, std::string("OpenSSL offers no HMAC with ") + digest,
                    "Check the machine's OpenSSL configuration and its providers.");
    mac.resize(length);
    return mac;
}

} // namespace

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
    return hmac("SHA256", key, bytes);
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
    return hmac("SHA1", key, bytes);
}

} // namespace billhouse
