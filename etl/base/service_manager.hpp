#pragma once

#include <string>
#include <string_view>

namespace billhouse {

/// What systemd, where it started this process, takes from it beside its lines. Spoken to without its
/// library: the two protocols are an environment variable each (systemd.exec(5) JOURNAL_STREAM, sd_notify(3)
/// NOTIFY_SOCKET).
struct ServiceManager {
    bool reads_log = false; ///< the log goes into the journal: lines begin with "<PRIORITY>" and need no time
    std::string status_socket; ///< where `systemctl status` takes its text from; empty = nobody asks

    /// Tells how far the run is, in one line. Never waits and never fails: a datagram that cannot be sent is
    /// lost.
    void show(std::string_view status) const;
};

/// @param journal_stream  "DEVICE:INODE" of the journal's stream, or null; it counts only where
/// `log_descriptor` is that
///     stream, as a child may have been given another one
/// @param notify_socket   "/path" or "@abstract", or null
ServiceManager service_manager(int log_descriptor, char const* journal_stream, char const* notify_socket);

} // namespace billhouse
