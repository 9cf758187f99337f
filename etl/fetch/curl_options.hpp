#pragma once

#include "base/spooled_text.hpp"
#include "fetch/address_policy.hpp"
#include "job/http_definition.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <string>
#include <string_view>

namespace billhouse {

/// Secrets go to one origin only.
struct Origin {
    std::string scheme, host, port;
    std::string peer() const { return host + ":" + port; }
    friend bool operator==(Origin const&, Origin const&) = default;
};

/// The state of one transfer, shared with libcurl's callbacks. No exception may pass through libcurl: they
/// end the transfer by their return value and leave the reason here.
struct Transfer {
    std::stop_token stop;
    std::uint64_t max_body = 0; ///< bytes as they come over the wire
    AddressPolicy peers;
    TextSpool body{};
    bool too_large = false;
    std::exception_ptr exception{};
    std::string_view refused_network{}; ///< not empty: a peer's address was not allowed
    sockaddr_storage refused_peer{};
    std::array<char, CURL_ERROR_SIZE> error{};
};

/// Fewer bytes a second over the idle time end a transfer: also a peer that sends a byte now and then is as
/// good as silent.
inline constexpr long kSlowestBytesPerSecond = 100;

/// Every option of a transfer but the request itself; the one place where they are set. Starts from libcurl's
/// defaults; open connections stay.
/// @throws Error(bug)  libcurl does not know one of them
void set_all_options(CURL* easy, HttpSettings const& settings, Origin const& origin, Transfer& transfer);

/// @throws Error(bug)  with what libcurl says, unless `code` is CURLE_OK
void require_option(CURLcode code, CURLoption option);
template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
    require_option(curl_easy_setopt(easy, option, value), option);
}

/// A duration as libcurl's idle time takes it: at least 1.
long whole_seconds(std::chrono::milliseconds duration);

} // namespace billhouse
