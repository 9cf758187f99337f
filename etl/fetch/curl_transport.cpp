#include "fetch/curl_transport.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"
#include "base/text.hpp"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <type_traits>

namespace billhouse {
namespace {

struct EasyDeleter {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct UrlDeleter {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct ListDeleter {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

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
    std::uint64_t max_body = 0;
    std::string body;
    bool too_large = false;
    std::exception_ptr exception{};
    std::array<char, CURL_ERROR_SIZE> error{};
};

void initialise_libcurl_once() {
    // CURLOPT_NOSIGNAL leaves this to us: OpenSSL writing to a connection that the peer has closed would end
    // the process
    static auto const previous = std::signal(SIGPIPE, SIG_IGN);
    static_cast<void>(previous);
    static CURLcode const code =
        curl_global_init(CURL_GLOBAL_DEFAULT); // a static's initialisation is thread-safe
    if (code != CURLE_OK)
        throw Error(ErrorKind::bug, fmt::format("libcurl does not start: {}", curl_easy_strerror(code)));
}

/// @returns nullptr where the URL cannot be parsed or its scheme is unknown to libcurl
UrlHandle parsed_url(std::string const& text) {
    UrlHandle url(curl_url());
    if (!url) throw std::bad_alloc();
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return nullptr;
    return url;
}

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    std::unique_ptr<char, decltype(&curl_free)> const owner(text, curl_free);
    return text;
}

Origin origin_of(CURLU* url) {
    return {part_of(url, CURLUPART_SCHEME), lower_ascii(part_of(url, CURLUPART_HOST)),
            part_of(url, CURLUPART_PORT)};
}

/// `host` as libcurl's URL parser gives it: numeric IPv4 forms are normalised, IPv6 stands in brackets.
bool is_loopback(std::string const& host) {
    if (host == "localhost" || host == "[::1]") return true;
    in_addr address{};
    return inet_pton(AF_INET, host.c_str(), &address) == 1 && (ntohl(address.s_addr) >> 24U) == 127U;
}

Origin allowed_origin(std::string const& base_url) {
    auto const url = parsed_url(base_url);
    auto origin = url ? origin_of(url.get()) : Origin{};
    auto const refuse = [&](std::string_view why, std::string hint) {
        throw Error(ErrorKind::config, fmt::format("http.base_url '{}' {}", printable(base_url, 200), why),
                    std::move(hint));
    };
    if (origin.scheme != "https" && origin.scheme != "http") {
        refuse("is not an http(s) URL", "Write it as https://host or https://host/path.");
    }
    if (origin.scheme == "http" && !is_loopback(origin.host)) {
        refuse("is not encrypted", "Use https; plain http is for loopback addresses only.");
    }
    return origin;
}

std::size_t keep_body(char* bytes, std::size_t, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    if (transfer.body.size() + count > transfer.max_body) {
        transfer.too_large = true;
        return 0;
    }
    try {
        if (transfer.body.empty()) FAILPOINT("http.body");
        transfer.body.append(bytes, count);
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

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
    auto const code = curl_easy_setopt(easy, option, value);
    if (code != CURLE_OK) {
        throw Error(ErrorKind::bug, fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                                curl_easy_strerror(code)));
    }
}

long whole_seconds(std::chrono::milliseconds duration) {
    return static_cast<long>(
        std::max(std::chrono::ceil<std::chrono::seconds>(duration).count(), std::int64_t{1}));
}

/// Every option of a transfer but the request itself. Starts from libcurl's defaults; open connections stay.
void set_all_options(CURL* easy, HttpSettings const& settings, Origin const& origin, Transfer& transfer) {
    curl_easy_reset(easy);
    // where to: one scheme, no redirect (libcurl would carry custom key headers to the other host), no proxy
    // of the environment
    set(easy, CURLOPT_PROTOCOLS_STR, origin.scheme.c_str());
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set(easy, CURLOPT_PROXY, "");
    // as whom: only what the request itself carries
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    set(easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
    set(easy, CURLOPT_USERAGENT, "billhouse/" BILLHOUSE_VERSION);
    // how: HTTP/1.1 over verified TLS
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    set(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
    // how long: "idle" is less than one byte a second over the idle time
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
    set(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(easy, CURLOPT_LOW_SPEED_TIME, whole_seconds(settings.idle_timeout));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(settings.total_timeout.count()));
    set(easy, CURLOPT_NOSIGNAL, 1L);
    // to us: the cap is counted after decompression, as MAXFILESIZE does not stop a decompression bomb
    set(easy, CURLOPT_WRITEFUNCTION, &keep_body);
    set(easy, CURLOPT_WRITEDATA, &transfer);
    set(easy, CURLOPT_XFERINFOFUNCTION, &keep_going);
    set(easy, CURLOPT_XFERINFODATA, &transfer);
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
}

bool has_control_byte(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

HeaderList header_list(Headers const& headers) {
    HeaderList list;
    for (auto const& [name, value] : headers) {
        // libcurl writes an empty header only where it ends in ';'
        auto const line = value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
        auto* const longer = curl_slist_append(list.get(), line.c_str());
        if (longer == nullptr) throw std::bad_alloc();
        static_cast<void>(list.release());
        list.reset(longer);
    }
    return list;
}

void set_request(CURL* easy, HttpRequest const& request, CURLU* url, curl_slist* headers) {
    set(easy, CURLOPT_CURLU, url);
    set(easy, CURLOPT_HTTPHEADER, headers);
    if (request.body) {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
        set(easy, CURLOPT_POSTFIELDS, request.body->c_str());
    }
    set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

HttpResponse response_of(CURL* easy, Transfer& transfer) {
    HttpResponse response;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    curl_header* header = nullptr;
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header)) != nullptr) {
        response.headers.emplace_back(lower_ascii(header->name), header->value);
    }
    response.body = std::move(transfer.body);
    return response;
}

/// A body that only ends with its connection cannot be told from one that was cut off. Asked of good answers
/// only: of an error the status counts, and it must reach the operator.
bool end_is_unknown(HttpResponse const& response) {
    if (response.status / 100 != 2 || response.status == 204) return false;
    auto const coding = lower_ascii(response.header("transfer-encoding").value_or(""));
    return !response.header("content-length") && coding.find("chunked") == std::string::npos;
}

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
    return fmt::format("nothing came from {} for {} s", peer, whole_seconds(settings.idle_timeout));
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
    // bytes after the end of a gzip stream are reported as a write error
    case CURLE_WRITE_ERROR:
    case CURLE_BAD_CONTENT_ENCODING:
        return "the compressed body is damaged: " + detail;
    // the scheme was checked before: what is "unsupported" here is an answer that is not HTTP/1
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return fmt::format("{} answered something that is not HTTP: {}", peer, detail);
    default:
        return fmt::format("the transfer from {} failed: {}", peer, detail);
    }
}

/// What the libcurl code of a failed transfer means. Transient unless known to be otherwise: the attempts are
/// counted.
TransportFailure failure_of(CURL* easy, CURLcode code, Transfer const& transfer, HttpSettings const& settings,
                            std::string const& peer) {
    if (transfer.too_large) {
        return {false, fmt::format("the answer is larger than http.max_body, {} bytes", settings.max_body),
                ErrorKind::data, "Ask for smaller pages or windows, or raise http.max_body."};
    }
    auto const* message = transfer.error.front() != '\0' ? transfer.error.data() : curl_easy_strerror(code);
    auto const detail = printable(message, 200);
    if (is_tls_refusal(code)) {
        return {false, fmt::format("the TLS certificate of {} is not accepted: {}", peer, detail),
                ErrorKind::unavailable,
                "Check the vendor's certificate, this machine's clock and CA certificates."};
    }
    return {true, transient_reason(easy, code, detail, settings, peer)};
}

} // namespace

struct CurlTransport::Impl {
    HttpSettings settings;
    Origin origin;
    EasyHandle easy;

    HttpResult failed(TransportFailure failure) const { return {std::nullopt, std::move(failure)}; }
    std::optional<TransportFailure> refuse(HttpRequest const& request, CURLU* url) const;
    HttpResult perform(Transfer& transfer);
};

CurlTransport::CurlTransport(HttpSettings const& settings) : impl_(std::make_unique<Impl>()) {
    initialise_libcurl_once();
    impl_->settings = settings;
    impl_->origin = allowed_origin(settings.base_url);
    impl_->easy.reset(curl_easy_init());
    if (!impl_->easy) throw std::bad_alloc();
}

CurlTransport::~CurlTransport() = default;

/// What must not leave this machine, before anything does.
std::optional<TransportFailure> CurlTransport::Impl::refuse(HttpRequest const& request, CURLU* url) const {
    if (url == nullptr)
        return TransportFailure{false, "the request's URL is malformed", ErrorKind::config, {}};
    if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty()) {
        return TransportFailure{false, "the request's URL carries a user name", ErrorKind::config,
                                "Use http.auth."};
    }
    if (auto const target = origin_of(url); target != origin) {
        return TransportFailure{false,
                                fmt::format("{}://{} is not http.base_url's {}://{}", target.scheme,
                                            target.peer(), origin.scheme, origin.peer()),
                                ErrorKind::data,
                                "Requests and their secrets go to the configured host only."};
    }
    for (auto const& [name, value] : request.headers) {
        if (!has_control_byte(name) && !has_control_byte(value)) continue;
        return TransportFailure{false,
                                fmt::format("header {} has a control character in it", printable(name, 100)),
                                ErrorKind::config, "Remove line ends from its value or secret."};
    }
    return std::nullopt;
}

HttpResult CurlTransport::Impl::perform(Transfer& transfer) {
    auto const code = curl_easy_perform(easy.get());
    if (transfer.exception) std::rethrow_exception(transfer.exception);
    if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
    if (code == CURLE_ABORTED_BY_CALLBACK) throw Stopped();
    if (code != CURLE_OK) return failed(failure_of(easy.get(), code, transfer, settings, origin.peer()));
    HttpResult result{response_of(easy.get(), transfer), {}};
    if (end_is_unknown(*result.response)) {
        return failed({true,
                       "the answer has neither Content-Length nor chunks: its end cannot be told from a cut",
                       ErrorKind::data, "The vendor or a proxy before it must send one of them."});
    }
    return result;
}

HttpResult CurlTransport::send(HttpRequest const& request, std::stop_token const& stop) {
    if (stop.stop_requested()) throw Stopped();
    auto const url = parsed_url(request.url);
    if (auto refused = impl_->refuse(request, url.get())) return impl_->failed(std::move(*refused));
    Transfer transfer{.stop = stop, .max_body = impl_->settings.max_body, .body = {}};
    auto const headers = header_list(request.headers);
    set_all_options(impl_->easy.get(), impl_->settings, impl_->origin, transfer);
    set_request(impl_->easy.get(), request, url.get(), headers.get());
    return impl_->perform(transfer);
}

} // namespace billhouse
