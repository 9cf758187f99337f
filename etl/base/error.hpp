#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace billhouse {

/// What went wrong, sorted by what the operator can do about it. The value is the process's exit code
/// (sysexits.h).
enum class ErrorKind {
    usage = 64,       ///< the command line is wrong
    data = 65,        ///< the vendor's answer breaks the contract, or a slice waits for a person
    unavailable = 69, ///< vendor or database cannot be reached
    bug = 70,         ///< a fault of billhouse itself
    local_io = 74,    ///< a local file cannot be read or written
    try_later = 75,   ///< busy, rate-limited or out of budget: the next run goes on
    refused = 77,     ///< credentials or privileges were refused
    config = 78,      ///< a configuration file is wrong
};

/// "data", "unavailable", ...: the name of a kind as logs and the run audit show it.
std::string_view name_of(ErrorKind kind);

/// The exit code of several jobs is that of the most serious failure. Higher is more serious.
/// Order (product.md): bug, config, refused, data, local_io, unavailable, try_later; usage never comes from a
/// job.
int seriousness(ErrorKind kind);

/// The one exception type for foreseen failures. `what()` says what and where; `hint()` what to do next.
class Error : public std::runtime_error {
public:
    Error(ErrorKind kind, std::string const& message, std::string hint = {})
        : std::runtime_error(message), kind_(kind), hint_(std::move(hint)) {}

    ErrorKind kind() const { return kind_; }
    /// One sentence, or empty.
    std::string const& hint() const { return hint_; }
    /// The same error with a gerund clause before it: "loading 2026-03-01: ...".
    Error within(std::string_view doing) const;

private:
    ErrorKind kind_;
    std::string hint_;
};

/// Thrown where a wait or transfer is given up because a signal asked the run to stop. Not an error: nothing
/// is wrong.
class Stopped : public std::exception {
public:
    char const* what() const noexcept override { return "stopped by a signal"; }
};

} // namespace billhouse
