#pragma once

#include "base/date_time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a job file says about talking to the vendor: requests, credentials, pages, answers.
namespace billhouse {

/// Where a secret's value is to be found; job files never hold the value.
struct SecretReference {
    enum class Kind { credential, file, environment };
    Kind kind = Kind::credential;
    std::string name; ///< credential name, absolute path, or variable name
};

/// A place in a JSON document: keys from the outside in. Empty = the document itself.
struct Path {
    std::vector<std::string> keys;
    friend bool operator==(Path const&, Path const&) = default;
};
std::string to_string(Path const& path); ///< dotted; "(root)" for the empty path

/// A place seen from a record: `up` steps to the enclosing records first ("parent.id" has up = 1).
struct ValuePath {
    int up = 0;
    Path path;
};

/// Text with placeholders, parsed once: "{page.number},{page.size}", "{window.start:%Y%m%d}".
struct Placeholder {
    enum class Name {
        window_start,       ///< first instant of the request's window, in the billing zone
        window_end,         ///< exclusive end
        window_last,        ///< last day of the window, for vendors whose end is inclusive
        window_last_second, ///< one second before window_end, for vendors with an inclusive 23:59:59
        page_number,
        page_size,
        page_offset,
        page_cursor, ///< what the vendor gave to ask for the next page with; empty on the first one
        partition,   ///< the partition's value
        record       ///< a field of the record whose children are asked for
    };
    Name name;
    std::optional<TimeFormat> format; ///< window_* only; always set there
    Path path{};                      ///< record only
};
using TemplatePart = std::variant<std::string, Placeholder>;
struct Template {
    std::vector<TemplatePart> parts;
    bool uses(Placeholder::Name name) const;
};

/// How an access token is asked for with a client's own credentials (RFC 6749 4.4).
struct OAuth2Settings {
    enum class ClientAuth {
        body,  ///< client_id and client_secret in the form
        header ///< in `Authorization: Basic` (RFC 6749 2.3.1)
    };
    std::string token_url;
    std::string scope;                                     ///< empty = none is asked for
    std::vector<std::pair<std::string, std::string>> form; ///< further form fields, "audience" and the like
    ClientAuth client_auth = ClientAuth::body;
};

/// A secret that goes into every request of a job, or signs it.
struct AuthRule {
    enum class Kind { header, bearer, basic, query, oauth2, aws_sigv4, alibaba_rpc };
    Kind kind = Kind::header;
    std::string name;                    ///< header or query parameter; kinds header and query
    SecretReference secret;              ///< the value, password, client secret or secret access key
    std::optional<SecretReference> user; ///< basic: user name; oauth2: client id; signing: access key id
    std::optional<SecretReference> session_token{}; ///< signing kinds, with temporary credentials
    std::string region{}, service{};                ///< aws_sigv4
    OAuth2Settings oauth2{};                        ///< oauth2
};

/// A response header that says when the vendor's limit starts anew.
struct ResetHeader {
    enum class Unit {
        delta,   ///< seconds from now
        epoch,   ///< Unix time in seconds
        epoch_ms ///< Unix time in milliseconds
    };
    std::string name;
    Unit unit = Unit::delta;
};

struct Pace {
    int requests = 0; ///< at most this many in any span of `per`; 0 = no limit
    std::chrono::milliseconds per{0};
    std::string remaining_header{}; ///< empty = none; at "0" the next request waits for `reset`
    std::optional<ResetHeader> reset_header{};
    int max_in_flight = 1; ///< windows that are read at the same time, one request each
};
inline constexpr int kMostInFlight = 64;

struct RetryLimits {
    int attempts = 5; ///< requests for one page, the first included
    std::chrono::milliseconds first_delay{500};
    std::chrono::milliseconds max_delay{60'000};
    std::chrono::milliseconds max_retry_after{
        900'000}; ///< a longer Retry-After ends the run with "try later"
};

struct HttpSettings {
    std::string base_url; ///< scheme://host[:port][/path]; https, or http to a loopback host
    std::vector<AuthRule> auth;
    std::vector<std::pair<std::string, Template>> headers;
    Pace pace;
    RetryLimits retry;
    std::uint64_t max_body = 64ULL << 20; ///< bytes a page may have after decompression
    std::chrono::milliseconds connect_timeout{10'000};
    std::chrono::milliseconds idle_timeout{
        30'000}; ///< fewer than 100 bytes a second for so long end the transfer
    std::chrono::milliseconds total_timeout{300'000}; ///< one request from start to end
    std::string ca_file; ///< absolute path: PEM file of the authorities to trust instead of the system's
    bool allow_private_addresses = false; ///< the host's name may lead to an address that is not public
};

/// A scalar as JSON and YAML know it, its number kept as text.
struct Scalar {
    enum class Kind { null, boolean, number, string };
    Kind kind = Kind::null;
    std::string text;
    friend bool operator==(Scalar const&, Scalar const&) = default;
};

/// A JSON value whose texts may hold placeholders.
struct JsonTemplate {
    enum class Kind { scalar, text, object, array };
    Kind kind = Kind::scalar;
    std::string key;                    ///< its name in the enclosing object
    Scalar scalar;                      ///< null, true, false or a number, as written
    Template text;                      ///< Kind::text
    std::vector<JsonTemplate> children; ///< members or elements
};

struct RequestTemplate {
    std::string method = "GET";
    Template path;                                       ///< appended to base_url
    std::vector<std::pair<std::string, Template>> query; ///< a name that stands here twice is sent twice
    std::vector<std::pair<std::string, Template>> headers;
    std::optional<Template> body;          ///< sent as application/json
    std::optional<JsonTemplate> json_body; ///< instead of `body`
};

/// Where a page says with which cursor the next one is asked for.
struct CursorSource {
    enum class From { body, header, last_record };
    From from = From::body;
    Path path;          ///< in the body's envelope, or in the page's last record
    std::string header; ///< in lower case
    std::string first;  ///< cursor of the first request; empty = none is sent
};

struct Pagination {
    enum class Kind { none, page_number, offset, cursor, next_url, link_header };
    Kind kind = Kind::none;
    std::int64_t first_page = 1; ///< number of the first page, or offset of the first record
    std::int64_t page_size = 0;
    std::optional<Path> total;          ///< where the vendor says how many records there are in all
    int max_pages = 10'000;             ///< more is an error: an endless series
    std::optional<Path> size_from;      ///< offset: the page size that the vendor says it used
    std::optional<Path> pages;          ///< page_number: how many pages there are in all
    std::optional<Path> has_more;       ///< whether there are further pages
    std::optional<CursorSource> cursor; ///< Kind::cursor; always set there
    std::optional<Path> url;            ///< Kind::next_url; always set there
};

enum class ResponseAction {
    ok,           ///< take the body as a page
    empty,        ///< take it as a page without records
    retry,        ///< transient: try again with backoff
    rate_limited, ///< wait, then try again; does not count as a fault of the vendor
    refresh,      ///< the credentials have run out: get new ones, then try once more
    refused,      ///< the credentials are not accepted
    fail          ///< the answer breaks the contract
};

/// Statuses of a rule: 404 is {404, 404}, 5xx is {500, 599}.
struct StatusRange {
    int first = 0, last = 0; ///< both included
    friend bool operator==(StatusRange const&, StatusRange const&) = default;
};

/// A response header that a rule looks at.
struct HeaderMatch {
    std::string name;
    std::string pattern = "*"; ///< '*' = any run of characters
};

/// The first rule that matches decides: one whose every condition holds. A rule without any is refused by the
/// reader.
struct ResponseRule {
    std::vector<StatusRange> status; ///< any of them; empty = whatever the status
    std::optional<HeaderMatch> header;
    std::optional<Path> path; ///< `pattern` is held against the text found here
    std::optional<std::string>
        pattern; ///< '*' = any run of characters; without `path` against the whole body
    ResponseAction action = ResponseAction::fail;
    std::optional<std::chrono::milliseconds> wait; ///< rate_limited without a Retry-After
};

struct ResponseSpec {
    std::vector<std::pair<Path, Scalar>> ok_when; ///< each must hold in a 2xx body, or the page is an error
    std::vector<ResponseRule> rules;
    std::optional<ResetHeader> wait_header; ///< rate_limited without a usable Retry-After
    std::optional<Path> trace_id;           ///< kept with each page and shown in errors
    std::optional<Path> message;            ///< the vendor's own words, shown in errors
};

} // namespace billhouse
