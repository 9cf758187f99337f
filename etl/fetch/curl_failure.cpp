#include "fetch/curl_failure.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace billhouse {
namespace {

std::string timeout_reason(CURL* easy, HttpSettings const& settings, std::string const& peer) {
    curl_off_t ready = 0;
    curl_off_t total = 0;
    curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
    curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &total);
    if (ready == 0)
        return fmt::format("no connection to {} within {} ms", peer, settings.connect_timeout.count());
    if (std::chrono::microseconds(total) >= settings.total_timeout) {
        return fmt::format("no complete answer from {} within {} ms", peer, settings.total_timeout.count());
    }
    return fmt::format("fewer than {} bytes a second came from {} for {} s", kSlowestBytesPerSecond, peer,
                       whole_seconds(settings.idle_timeout));
}

/// @param otherwise  what to say where the operating system gave no reason
std::string connection_reason(CURL* easy, std::string const& peer, std::string const& otherwise) {
    long number = 0;
    curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
    if (number == ECONNREFUSED) return "connection refused by " + peer;
    if (number == ECONNRESET || number == EPIPE) return "connection reset by " + peer;
    return fmt::format("the connection to {} failed: {}", peer, otherwise);
}

bool is_tls_refusal(CURLcode code) {
    constexpr std::array kRefusals{
        CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,         CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE,       CURLE_SSL_ISSUER_ERROR,        CURLE_SSL_CRL_BADFILE,
        CURLE_SSL_INVALIDCERTSTATUS,    CURLE_SSL_PINNEDPUBKEYNOTMATCH};
    return std::ranges::find(kRefusals, code) != kRefusals.end();
}

std::string transient_reason(CURL* easy, CURLcode code, std::string const& detail,
                             HttpSettings const& settings, std::string const& peer) {
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return fmt::format("the host name of {} cannot be resolved", peer);
    case CURLE_COULDNT_CONNECT:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
        return connection_reason(easy, peer, detail);
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_reason(easy, settings, peer);
    case CURLE_GOT_NOTHING:
        return "empty reply from " + peer;
    case CURLE_PARTIAL_FILE:
        return fmt::format("{} closed the connection in the middle of the body", peer);
    case CURLE_SSL_CONNECT_ERROR:
        return fmt::format("the TLS handshake with {} failed: {}", peer, detail);
    // the scheme was checked before: what is "unsupported" here is an answer that is not HTTP/1
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return fmt::format("{} answered something that is not HTTP: {}", peer, detail);
    default:
        return fmt::format("the transfer from {} failed: {}", peer, detail);
    }
}

std::string text_of(sockaddr_storage const& address) {
    auto const* const four = &reinterpret_cast<sockaddr_in const*>(&address)->sin_addr;
    auto const* const six = &reinterpret_cast<sockaddr_in6 const*>(&address)->sin6_addr;
    void const* const bytes = address.ss_family == AF_INET ? static_cast<void const*>(four) : six;
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(address.ss_family, bytes, text.data(), text.size()); // of any other family: no text
    return text.data();
}

TransportFailure refused_peer(Transfer const& transfer, std::string const& peer) {
    return {false,
            fmt::format("the host name of {} leads to {}, a {} address, where nothing is sent", peer,
                        text_of(transfer.refused_peer), transfer.refused_network),
            ErrorKind::config,
            "If the vendor is in a network of your own, set http.allow_private_addresses: true; if not, the "
            "name is resolved wrongly: ask who runs your DNS."};
}

} // namespace

TransportFailure too_large(HttpSettings const& settings) {
    return {false, fmt::format("the answer is larger than http.max_body, {} bytes", settings.max_body),
            ErrorKind::data, "Ask for smaller pages or windows, or raise http.max_body."};
}

TransportFailure failure_of(CURL* easy, CURLcode code, Transfer const& transfer, HttpSettings const& settings,
                            std::string const& peer) {
    if (transfer.too_large) return too_large(settings);
    if (code == CURLE_COULDNT_CONNECT && !transfer.refused_network.empty())
        return refused_peer(transfer, peer);
    auto const* message = transfer.error.front() != '\0' ? transfer.error.data() : curl_easy_strerror(code);
    auto const detail = printable(message, 200);
    if (code == CURLE_SSL_CACERT_BADFILE && !settings.ca_file.empty())
        return {false, fmt::format("http.ca_file {} cannot be used: {}", settings.ca_file, detail),
                ErrorKind::config, "It must be a PEM file that billhouse may read."};
    if (is_tls_refusal(code)) {
        return {false, fmt::format("the TLS certificate of {} is not accepted: {}", peer, detail),
                ErrorKind::unavailable,
                "Check the vendor's certificate, this machine's clock and CA certificates."};
    }
    TransportFailure failure{true, transient_reason(easy, code, detail, settings, peer)};
    failure.timed_out = code == CURLE_OPERATION_TIMEDOUT;
    return failure;
}

} // namespace billhouse
