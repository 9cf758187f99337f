#pragma once

#include "base/clock.hpp"
#include "base/service_manager.hpp"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhouse {

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

/// Writes log lines to a stream, one a line, as people (text) or collectors (json) read them. Every known
/// secret's value is masked and control bytes are escaped, whatever is logged. Passed by reference to whoever
/// logs; there is no global logger. A copy writes to the same place and masks the same secrets, with a
/// context of its own. Safe to use from several threads.
class Log {
public:
    using Field = std::pair<std::string_view, std::string>;

    /// @param file_descriptor  where lines go, usually 2
    Log(Clock const& clock, int file_descriptor, LogFormat format, LogLevel least,
        ServiceManager service_manager = {});

    Log(Log const& other);
    Log& operator=(Log const&) = delete;

    void debug(std::string_view message, std::initializer_list<Field> fields = {});
    void info(std::string_view message, std::initializer_list<Field> fields = {});
    void warning(std::string_view message, std::initializer_list<Field> fields = {});
    void error(std::string_view message, std::initializer_list<Field> fields = {});

    /// One problem of several that an error lists: as it stands where people read ("jobs/a.yaml:3:5: ..."),
    /// an error line for collectors.
    void problem(std::string_view line);

    /// A last line that moves with the work: on a terminal written over by the next one, out of the way of
    /// log lines; under a service manager what `systemctl status` shows, with its time. Empty takes it away.
    void show_status(std::string_view line);
    /// Shown behind it as long as the work rests: what it waits for, and until when.
    void show_wait(std::string_view line);
    /// From now on this value appears as *** in every line, also its URL-encoded and base64 forms.
    /// Values shorter than 4 bytes are ignored: masking them would garble ordinary text.
    void hide(std::string_view secret);
    /// The text with all hidden values masked: for messages that leave by another way than the log.
    std::string masked(std::string_view text) const;
    /// Put on every following line, e.g. ("run", "17"); an empty value removes it.
    void set_context(std::string_view name, std::string value);

private:
    std::string line(LogLevel level, std::string_view message, std::initializer_list<Field> fields) const;
    void write(LogLevel level, std::string_view message, std::initializer_list<Field> fields);
    void put(LogLevel level, std::string const& line);
    std::string shown(std::string_view text) const;
    void draw_status();

    using Context = std::vector<std::pair<std::string, std::string>>;
    Context context() const;

    struct Sink;

    Clock const& clock_;
    LogFormat format_;
    LogLevel least_;
    std::shared_ptr<Sink> sink_;
    Context context_; ///< under the sink's lock, as threads may copy a log that another one names things in
};

/// Puts a field on every line of a piece of work, and takes it away at the end.
class LogContext {
public:
    /// @param name  a literal: it is kept by reference
    LogContext(Log& log, std::string_view name, std::string value) : log_(log), name_(name) {
        log_.set_context(name_, std::move(value));
    }
    ~LogContext() { log_.set_context(name_, {}); }
    LogContext(LogContext const&) = delete;
    LogContext& operator=(LogContext const&) = delete;

private:
    Log& log_;
    std::string_view name_;
};

} // namespace billhouse
