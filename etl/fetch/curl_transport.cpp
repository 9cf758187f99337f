#include "fetch/curl_transport.hpp"

#include "base/error.hpp"
#include "base/failpoint.hpp"
#include "base/gunzip.hpp"
#include "base/text.hpp"
#include "fetch/curl_failure.hpp"
#include "fetch/curl_options.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
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

bool has_control_byte(std::string_view text) {
    return std::ranges::any_of(text,
                               [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void append(HeaderList& list, std::string const& line) {
    auto* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

HeaderList header_list(Headers const& headers) {
    HeaderList list;
    append(list, "Accept-Encoding: gzip");    // undone here, not by libcurl: see undo_encoding
    for (auto const& [name, value] : headers) // libcurl writes an empty header only where it ends in ';'
        append(list, value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
    return list;
}

void set_request(CURL* easy, HttpRequest const& request, CURLU* url, curl_slist* headers) {
    set_option(easy, CURLOPT_CURLU, url);
    set_option(easy, CURLOPT_HTTPHEADER, headers);
    if (request.body) {
        set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
        set_option(easy, CURLOPT_POSTFIELDS, request.body->c_str());
    }
    set_option(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
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
    response.body = transfer.body.finish();
    return response;
}

/// A body that only ends with its connection cannot be told from one that was cut off. Asked of good answers
/// only: of an error the status counts, and it must reach the operator.
bool end_is_unknown(HttpResponse const& response) {
    if (response.status / 100 != 2 || response.status == 204) return false;
    auto const coding = lower_ascii(response.header("transfer-encoding").value_or(""));
    return !response.header("content-length") && coding.find("chunked") == std::string::npos;
}

/// The one coding of a body, in lower case; several ones as they stand, "" for none. Any transfer coding but
/// chunked is one more: libcurl 7.88 undoes gzip, although nobody asked for it, and would not notice its
/// early end; libcurl 8.14 passes over whatever follows a second `chunked`, as if the body were plain (RFC
/// 9112 6.1).
std::string coding_of(HttpResponse const& response) {
    std::string codings;
    for (auto const& [name, value] : response.headers) {
        auto const coding = lower_ascii(trimmed(value));
        auto const is_plain = coding == "identity" || coding == "none";
        auto const is_transfer = name == "transfer-encoding" && !is_plain && coding != "chunked";
        if ((name == "content-encoding" && !is_plain) || is_transfer)
            codings += (codings.empty() ? "" : ", ") + (is_transfer ? "transfer " + coding : coding);
    }
    return codings;
}

/// Takes the compression off, and notices what libcurl 7.88 does not: a stream that ends too early.
/// @returns what is wrong with it
std::optional<TransportFailure> undo_encoding(HttpResponse& response, HttpSettings const& settings) {
    auto const coding = coding_of(response);
    if (coding.empty() || response.body.empty()) return std::nullopt;
    if (coding != "gzip" && coding != "x-gzip")
        return TransportFailure{
            true,
            fmt::format("the answer is encoded as '{}', which was not asked for", printable(coding, 80)),
            ErrorKind::data, "The vendor or a proxy before it must send gzip or nothing."};
    try {
        response.body = gunzip(response.body, settings.max_body);
        return std::nullopt;
    } catch (InflatesTooFar const&) {
        return too_large(settings);
    } catch (Error const& error) {
        if (error.kind() != ErrorKind::data) throw;
        return TransportFailure{true, std::string("the compressed body is damaged: ") + error.what(),
                                ErrorKind::data, "The vendor or a proxy before it sends broken gzip."};
    }
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
    if (auto damage = undo_encoding(*result.response, settings)) {
        if (result.response->status / 100 == 2) return failed(std::move(*damage));
        result.response->body = {}; // of an error the status counts, whatever became of its words
    }
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
    Transfer transfer{.stop = stop,
                      .max_body = impl_->settings.max_body,
                      .peers = AddressPolicy(impl_->settings, impl_->origin.host)};
    auto const headers = header_list(request.headers);
    set_all_options(impl_->easy.get(), impl_->settings, impl_->origin, transfer);
    set_request(impl_->easy.get(), request, url.get(), headers.get());
    return impl_->perform(transfer);
}

std::string http_library_versions() {
    return curl_version();
}

} // namespace billhouse
