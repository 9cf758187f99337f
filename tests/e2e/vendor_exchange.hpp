#pragma once

#include "support/json_value.hpp"
#include "support/scripted_server.hpp"

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace billhouse {

/// A vendor's answers as a file tells them (tests/data/vendors/JOB/exchange.json; its form is told in
/// tests/README.md), and what was wrong with the requests. Safe to use from the server's thread.
class VendorExchange {
public:
    /// @param exchange  the file's text @param headers  what every request must carry
    /// @throws std::runtime_error where the text is not of that form
    VendorExchange(std::string const& exchange, JsonValue headers);

    /// The first entry that fits, else 404. @param server  what "{server}" in an answer stands for
    ScriptedReply answer(std::string const& request, std::string const& server);
    /// Requests that no entry answers or that lack a header, and entries that nothing asked for.
    std::vector<std::string> faults() const;

private:
    struct Entry {
        JsonValue json;
        unsigned uses = 0;
    };
    struct Request {
        std::string method, path, body;
        std::vector<std::pair<std::string, std::string>> query, headers; ///< header names in lower case
    };

    static Request parse(std::string const& text);
    static bool fits(Entry const& entry, Request const& request);
    void check_headers(Request const& request);

    mutable std::mutex mutex_;
    std::vector<Entry> entries_;
    JsonValue headers_;
    std::vector<std::string> faults_;
};

/// `text` with every "{server}" replaced.
std::string with_server(std::string text, std::string const& server);

} // namespace billhouse
