#include "job/auth_schema.hpp"
#include "job/job_schema.hpp"
#include "job/stream_checks.hpp"
#include "job/template_text.hpp"
#include "job/value_shapes.hpp"

namespace billhouse {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void check_pace(Pace& pace, YamlNode const& node, Reading& reading) {
    if (!node.find("requests") != !node.find("per"))
        reading.report(node, "`requests` and `per` belong together", "For example: {requests: 20, per: 60s}");
    if (pace.remaining_header.empty() != !pace.reset_header)
        reading.report(node, "`remaining_header` and `reset_header` belong together",
                       "For example: {remaining_header: X-RateLimit-Remaining, "
                       "reset_header: {name: X-RateLimit-Reset, unit: epoch}}");
    if (pace.requests == 0 && pace.remaining_header.empty() && !node.find("max_in_flight"))
        reading.report(node, "a pace of nothing",
                       "Give requests and per, or the two headers, or max_in_flight, or leave it out.");
}

MappingShape<Pace> pace_shape() {
    MappingShape<Pace> keys;
    keys.optional("requests", &Pace::requests, integer(1, 1'000'000), {},
                  {"At most so many requests start ...", "20"})
        .optional("per", &Pace::per, duration(milliseconds(1), hours(24)), {},
                  {"... in any span of this length.", "60s"})
        .optional("remaining_header", &Pace::remaining_header, text(), {},
                  {"Response header with the number of requests that are left; at 0 the next one waits for "
                   "`reset_header`.",
                   "X-RateLimit-Remaining"})
        .optional(
            "reset_header", &Pace::reset_header, reset_header_shape(), {},
            {"Response header that says when the count starts anew; beyond retry.max_retry_after the run "
             "ends with \"try later\".",
             "{name: X-RateLimit-Reset, unit: delta}"})
        .optional(
            "max_in_flight", &Pace::max_in_flight, integer(1, kMostInFlight), {"1"},
            {"Requests that may be under way at the same time, each for a window of its own; the windows are "
             "loaded in order. `backfill --workers` has its own number.",
             "8"})
        .check(check_pace);
    return keys;
}

MappingShape<RetryLimits> retry_shape() {
    using R = RetryLimits;
    MappingShape<R> keys;
    keys.optional("attempts", &R::attempts, integer(1, 100), {"5"},
                  {"Requests for one page, the first included.", "5"})
        .optional("first_delay", &R::first_delay, duration(milliseconds(1), hours(1)), {"500ms"},
                  {"Upper bound of the first wait; it doubles with each attempt.", "500ms"})
        .optional("max_delay", &R::max_delay, duration(milliseconds(1), hours(1)), {"60s"},
                  {"Upper bound of every own wait.", "60s"})
        .optional("max_retry_after", &R::max_retry_after, duration(seconds(0), hours(24)), {"15min"},
                  {"Longest wait that the vendor may ask for; a longer one ends the run with \"try later\".",
                   "15min"})
        .check([](R& retry, YamlNode const& node, Reading& reading) {
            if (retry.first_delay > retry.max_delay)
                reading.report(node, "first_delay is longer than max_delay");
        });
    return keys;
}

MappingShape<HttpSettings> timeout_keys() {
    using H = HttpSettings;
    MappingShape<H> keys;
    keys.optional("connect", &H::connect_timeout, duration(milliseconds(100), minutes(10)), {"10s"},
                  {"For the connection, TLS included.", "10s"})
        .optional("idle", &H::idle_timeout, duration(seconds(1), hours(1)), {"30s"},
                  {"Fewer than 100 bytes a second for so long end the transfer.", "30s"})
        .optional("total", &H::total_timeout, duration(seconds(1), hours(24)), {"5min"},
                  {"For one request from start to end.", "5min"});
    return keys;
}

} // namespace

MappingShape<HttpSettings> http_shape() {
    using H = HttpSettings;
    MappingShape<H> keys;
    keys.required("base_url", &H::base_url, base_url(),
                  {"Start of every URL: https, or http to a loopback host.", "https://openapi.guance.com"})
        .optional(
            "auth", &H::auth, sequence_of(auth_shape()), {"[]"},
            {"Secrets that go into every request.", "[{kind: bearer, secret: {credential: ocamba_token}}]"})
        .optional("headers", &H::headers, table_of(template_text(), header_problem), {"{}"},
                  {"Headers of every request.", "{Accept: application/json}"})
        .optional("pace", &H::pace, pace_shape().shape(), {},
                  {"Client-side limit, kept across all streams; left out: none.", "{requests: 20, per: 60s}"})
        .optional("retry", &H::retry, retry_shape().shape(), {},
                  {"When and how long to try again.", "{attempts: 5, max_delay: 60s}"})
        .optional(
            "max_body", &H::max_body, byte_count(1024, 1ULL << 36), {"64MiB"},
            {"Largest page after decompression. One of more than 2 MiB waits in a temporary file until it is "
             "loaded.",
             "64MiB"})
        .group("timeouts", timeout_keys(), false,
               {"Ends of patience.", "{connect: 10s, idle: 30s, total: 5min}"})
        .optional("ca_file", &H::ca_file, absolute_path(), {},
                  {"PEM file with the certificate authorities to trust instead of the system's, for a vendor "
                   "or a proxy with one of its own.",
                   "/etc/billhouse/vendor_ca.pem"})
        .optional("allow_private_addresses", &H::allow_private_addresses, boolean(), {"false"},
                  {"Whether the host's name may lead to a private, loopback or otherwise not public address. "
                   "An address that stands in `base_url` itself is always allowed.",
                   "true"})
        .check(check_http);
    return keys;
}

} // namespace billhouse
