#pragma once

#include "support/http_client.hpp"
#include "support/json_value.hpp"
#include "support/process.hpp"

#include <optional>
#include <string>
#include <vector>

namespace billhouse {

/// A failure that the sample vendor is to show. See tests/README.md.
struct VendorFailure {
    std::string path = "/";    ///< beginning of the path of the requests it strikes
    std::string query;         ///< and a part of their query; empty = any
    int skip = 0;              ///< so many matching requests pass first
    int times = 1;             ///< then it strikes so many
    std::optional<int> status; ///< with `body`, instead of the vendor's own answer
    std::string body;
    std::string content_type = "application/json";
    std::vector<std::string> headers;     ///< "NAME:VALUE"
    int delay_ms = 0;                     ///< before the answer
    std::optional<std::size_t> cut_after; ///< the connection closes after so many bytes of the body
    bool reset = false;                   ///< the connection is reset instead of answered
};

/// The sample vendor in a process of its own, on a free port; it ends with this object.
class SampleVendorProcess {
public:
    static constexpr char const* kGuanceKey = "sample-guance-key";
    static constexpr char const* kOcambaToken = "sample-ocamba-token";

    /// @param binary  path of the executable
    /// @param arguments  its options, as in `sample_vendor --help`
    explicit SampleVendorProcess(std::string const& binary, std::vector<std::string> arguments = {});

    std::string const& address() const { return address_; } ///< "http://127.0.0.1:PORT"
    std::string guance_url() const { return address_ + "/guance"; }
    std::string ocamba_url() const { return address_ + "/ocamba"; }

    /// With the key that the vendor accepts. @param first @param last "20260301"
    HttpAnswer guance(std::string const& first, std::string const& last) const;
    /// With the token that the vendor accepts. @param query "page=1,100&view=full"
    HttpAnswer ocamba(std::string const& query) const;
    /// Any path, with these headers alone.
    HttpAnswer get(std::string const& target, HttpHeaders const& headers = {}) const;

    // Dates are "2026-03-01", vendors "guance" or "ocamba", days both included. All throw std::runtime_error
    // where the vendor refuses.
    void set_today(std::string const& date) const;
    /// @returns how many rows (Guance) or documents (Ocamba) it was done to; other seeds pick other ones
    std::size_t restate(std::string const& vendor, std::string const& from, std::string const& to,
                        std::size_t rows, int seed = 1) const;
    std::size_t remove(std::string const& vendor, std::string const& from, std::string const& to,
                       std::size_t rows, int seed = 1) const;
    std::size_t add_late(std::string const& vendor, std::string const& from, std::string const& to,
                         std::size_t rows) const;
    /// @param account  workspace uuid or app id, as in accounts()
    void rename(std::string const& vendor, std::string const& account, std::string const& name,
                std::string const& from = "") const;
    void fail(VendorFailure const& failure) const;
    void heal() const; ///< drops all failures that are still to come

    /// The vendor's books: {"totals": [...], "months": [...], "days": [...]}, each entry with currency, rows,
    /// documents and exact sums as text.
    JsonValue ledger(std::string const& vendor, std::string const& from, std::string const& to) const;
    JsonValue accounts(std::string const& vendor) const; ///< [{"id", "name"}]
    /// {"count": n, "requests": [{"path", "query", "status"}]}; controls are not among them.
    JsonValue requests() const;
    std::size_t request_count() const;
    void forget_requests() const;

private:
    JsonValue control_get(std::string const& what) const;
    std::size_t control(std::string const& what, std::string const& body = "") const;
    std::size_t amend(std::string const& how, std::string const& vendor, std::string const& from,
                      std::string const& to, std::size_t rows, int seed) const;

    ChildProcess process_;
    std::string address_;
};

} // namespace billhouse
