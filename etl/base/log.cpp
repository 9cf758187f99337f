#include "base/log.hpp"

#include "base/date_time.hpp"
#include "base/secret_forms.hpp"
#include "base/text.hpp"
#include "base/wipe.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>

namespace billhouse {
namespace {

// An error may quote a vendor's answer; a line must stay one that a terminal and a journal can show.
constexpr std::size_t kLongestText = 4096;

std::string const kEraseLine = "\r\033[K";

std::string_view name_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug:
        return "debug";
    case LogLevel::info:
        return "info";
    case LogLevel::warning:
        return "warning";
    case LogLevel::error:
        break;
    }
    return "error";
}

/// syslog(3)
int priority_of(LogLevel level) {
    switch (level) {
    case LogLevel::debug:
        return 7;
    case LogLevel::info:
        return 6;
    case LogLevel::warning:
        return 4;
    case LogLevel::error:
        break;
    }
    return 3;
}

bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" =\"") != std::string_view::npos;
}

void append_text(std::string& line, std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(line), " {}={}", name,
                   needs_quotes(value) ? json_quoted(value) : std::string(value));
}

void append_json(std::string& line, std::string_view name, std::string_view value) {
    if (line.back() != '{') line += ',';
    line += json_quoted(name);
    line += ':';
    line += json_quoted(value);
}

std::string text_start(LogLevel level, std::string_view message, bool fields_follow) {
    return fmt::format("{:<5} {}{}", name_of(level), message, fields_follow ? " " : "");
}

std::string second_of(Instant time) {
    return to_string(Instant(std::chrono::floor<std::chrono::seconds>(time)));
}

std::string json_start(Instant now, LogLevel level, std::string_view message) {
    std::string line = "{";
    append_json(line, "time", to_string(now));
    append_json(line, "level", name_of(level));
    append_json(line, "message", message);
    return line;
}

// In one call where the system allows it, so that lines of two processes do not mix. A log that cannot be
// written must not end the load that it tells about.
void write_all(int file_descriptor, std::string_view line) {
    while (!line.empty()) {
        auto const written = ::write(file_descriptor, line.data(), line.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        line.remove_prefix(static_cast<std::size_t>(written));
    }
}

} // namespace

/// What all copies of a log share.
struct Log::Sink {
    ~Sink() {
        for (auto& secret : hidden)
            wipe(secret);
    }

    int file_descriptor;
    bool is_terminal;
    ServiceManager service_manager;
    std::mutex mutex{}; ///< of what follows, and of lines that are being written
    std::string progress{}, wait{};
    std::string status{}; ///< both, as drawn last
    std::vector<std::string> hidden{};
};

Log::Log(Clock const& clock, int file_descriptor, LogFormat format, LogLevel least,
         ServiceManager service_manager)
    : clock_(clock), format_(format), least_(least),
      sink_(new Sink{file_descriptor, format == LogFormat::text && ::isatty(file_descriptor) == 1,
                     std::move(service_manager)}) {}

Log::Log(Log const& other)
    : clock_(other.clock_), format_(other.format_), least_(other.least_), sink_(other.sink_),
      context_(other.context()) {}

void Log::debug(std::string_view message, std::initializer_list<Field> fields) {
    write(LogLevel::debug, message, fields);
}

void Log::info(std::string_view message, std::initializer_list<Field> fields) {
    write(LogLevel::info, message, fields);
}

void Log::warning(std::string_view message, std::initializer_list<Field> fields) {
    write(LogLevel::warning, message, fields);
}

void Log::error(std::string_view message, std::initializer_list<Field> fields) {
    write(LogLevel::error, message, fields);
}

void Log::hide(std::string_view secret) {
    auto forms = secret_forms(secret);
    std::lock_guard const lock(sink_->mutex);
    auto& hidden = sink_->hidden;
    hidden.insert(hidden.end(), std::make_move_iterator(forms.begin()), std::make_move_iterator(forms.end()));
    // Longest first: a secret that contains another one must not leave its ends behind.
    std::ranges::stable_sort(hidden, std::ranges::greater(), &std::string::size);
}

std::string Log::masked(std::string_view text) const {
    std::string out(text);
    constexpr std::string_view kMask = "***";
    std::lock_guard const lock(sink_->mutex);
    for (auto const& secret : sink_->hidden)
        for (auto at = out.find(secret); at != std::string::npos; at = out.find(secret, at + kMask.size()))
            out.replace(at, secret.size(), kMask);
    return out;
}

void Log::set_context(std::string_view name, std::string value) {
    std::lock_guard const lock(sink_->mutex);
    auto const known = std::ranges::find(context_, name, &std::pair<std::string, std::string>::first);
    if (value.empty()) {
        if (known != context_.end()) context_.erase(known);
    } else if (known != context_.end()) {
        known->second = std::move(value);
    } else {
        context_.emplace_back(name, std::move(value));
    }
}

Log::Context Log::context() const {
    std::lock_guard const lock(sink_->mutex);
    return context_;
}

std::string Log::shown(std::string_view text) const {
    return printable(masked(text), kLongestText);
}

std::string Log::line(LogLevel level, std::string_view message, std::initializer_list<Field> fields) const {
    bool const json = format_ == LogFormat::json;
    auto const append = json ? append_json : append_text;
    auto const known = context();
    auto line = json ? json_start(clock_.now(), level, shown(message))
                     : text_start(level, shown(message), !known.empty() || fields.size() != 0);
    // the journal has a time of its own
    if (!json && !sink_->service_manager.reads_log) line.insert(0, second_of(clock_.now()) + ' ');
    for (auto const& [name, value] : known)
        append(line, name, shown(value));
    for (auto const& [name, value] : fields)
        append(line, name, shown(value));
    return line + (json ? "}\n" : "\n");
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<Field> fields) {
    if (level >= least_) put(level, line(level, message, fields));
}

void Log::put(LogLevel level, std::string const& line) {
    auto const text =
        sink_->service_manager.reads_log ? fmt::format("<{}>{}", priority_of(level), line) : line;
    std::lock_guard const lock(sink_->mutex);
    bool const over_status = sink_->is_terminal && !sink_->status.empty();
    write_all(sink_->file_descriptor, over_status ? kEraseLine + text + sink_->status : text);
}

void Log::problem(std::string_view line) {
    if (format_ == LogFormat::json) return error(line);
    put(LogLevel::error, shown(line) + '\n');
}

void Log::show_status(std::string_view line) {
    auto text = shown(line);
    std::lock_guard const lock(sink_->mutex);
    sink_->progress = std::move(text);
    draw_status();
}

void Log::show_wait(std::string_view line) {
    auto text = shown(line);
    std::lock_guard const lock(sink_->mutex);
    sink_->wait = std::move(text);
    draw_status();
}

/// With the sink's lock held.
void Log::draw_status() {
    auto& sink = *sink_;
    auto line = sink.progress + (sink.progress.empty() || sink.wait.empty() ? "" : "; ") + sink.wait;
    if (line == sink.status) return;
    sink.status = std::move(line);
    if (sink.is_terminal) write_all(sink.file_descriptor, kEraseLine + sink.status);
    // what was said last stays: how far a run came is worth reading after its end too
    if (!sink.status.empty())
        sink.service_manager.show(fmt::format("{} (as of {})", sink.status, second_of(clock_.now())));
}

} // namespace billhouse
