#include "fetch/curl_options.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace billhouse {
namespace {

std::size_t keep_body(char* bytes, std::size_t, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    if (transfer.body.size() + count > transfer.max_body) {
        transfer.too_large = true;
        return 0;
    }
    try {
        if (transfer.body.size() == 0) FAILPOINT("http.body");
        transfer.body.append({bytes, count});
    } catch (...) {
        transfer.exception = std::current_exception();
        return 0;
    }
    return count;
}

/// libcurl calls this at least once a second, also while nothing arrives.
int keep_going(void* context, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(context)->stop.stop_requested() ? 1 : 0;
}

/// libcurl asks for a socket once it knows the address, so what a name says at this very moment is judged.
curl_socket_t open_socket(void* context, curlsocktype, curl_sockaddr* peer) {
    auto& transfer = *static_cast<Transfer*>(context);
    if (!transfer.peers.allows(peer->addr)) {
        transfer.refused_network = special_network(peer->addr);
        std::memcpy(&transfer.refused_peer, &peer->addr,
                    std::min<std::size_t>(peer->addrlen, sizeof transfer.refused_peer));
        return CURL_SOCKET_BAD;
    }
    return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

/// Instead of the system's authorities, not beside them: whoever names his own means these alone.
void trust(CURL* easy, HttpSettings const& settings) {
    if (settings.ca_file.empty()) return;
    set_option(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
    set_option(easy, CURLOPT_CAPATH, nullptr);
}

} // namespace

void require_option(CURLcode code, CURLoption option) {
    if (code == CURLE_OK) return;
    throw Error(ErrorKind::bug, fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                            curl_easy_strerror(code)));
}

long whole_seconds(std::chrono::milliseconds duration) {
    return static_cast<long>(
        std::max(std::chrono::ceil<std::chrono::seconds>(duration).count(), std::int64_t{1}));
}

void set_all_options(CURL* easy, HttpSettings const& settings, Origin const& origin, Transfer& transfer) {
    curl_easy_reset(easy);
    // where to: one scheme, no redirect (libcurl would carry custom key headers to the other host), no proxy
    // of the environment
    set_option(easy, CURLOPT_PROTOCOLS_STR, origin.scheme.c_str());
    set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set_option(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set_option(easy, CURLOPT_PROXY, "");
    set_option(easy, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
    set_option(easy, CURLOPT_OPENSOCKETDATA, &transfer);
    // as whom: only what the request itself carries
    set_option(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set_option(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set_option(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
    set_option(easy, CURLOPT_USERAGENT, "billhouse/" BILLHOUSE_VERSION);
    // how: HTTP/1.1 over verified TLS
    set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set_option(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    trust(easy, settings);
    // how long
    set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
    set_option(easy, CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
    set_option(easy, CURLOPT_LOW_SPEED_TIME, whole_seconds(settings.idle_timeout));
    set_option(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total_timeout.count()));
    set_option(easy, CURLOPT_NOSIGNAL, 1L);
    // a resolver that does not answer must hold up neither the end of the transfer nor that of the process
    set_option(easy, CURLOPT_QUICK_EXIT, 1L);
    // to us: a gzip body comes as it is, for libcurl 7.88 takes half a gzip stream for a whole one
    set_option(easy, CURLOPT_WRITEFUNCTION, &keep_body);
    set_option(easy, CURLOPT_WRITEDATA, &transfer);
    set_option(easy, CURLOPT_XFERINFOFUNCTION, &keep_going);
    set_option(easy, CURLOPT_XFERINFODATA, &transfer);
    set_option(easy, CURLOPT_NOPROGRESS, 0L);
    set_option(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
}

} // namespace billhouse
