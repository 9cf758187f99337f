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
        return "error";
    }
    return "error";
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

std::string text_start(Instant now, LogLevel level, std::string_view message, bool fields_follow) {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(now);
    return fmt::format("{} {:<5} {}{}", to_string(Instant(seconds)), name_of(level), message,
                       fields_follow ? " " : "");
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
    std::mutex mutex{}; ///< of what follows, and of lines that are being written
    std::string status{};
    std::vector<std::string> hidden{};
};

Log::Log(Clock const& clock, int file_descriptor, LogFormat format, LogLevel least)
    : clock_(clock), format_(format), least_(least),
      sink_(new Sink{file_descriptor, format == LogFormat::text && ::isatty(file_descriptor) == 1}) {}

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
    auto const known = std::ranges::find(context_, name, &std::pair<std::string, std::string>::first);
    if (value.empty()) {
        if (known != context_.end()) context_.erase(known);
    } else if (known != context_.end()) {
        known->second = std::move(value);
    } else {
        context_.emplace_back(name, std::move(value));
    }
}

std::string Log::line(LogLevel level, std::string_view message, std::initializer_list<Field> fields) const {
    auto const shown = [this](std::string_view text) { return printable(masked(text), kLongestText); };
    bool const json = format_ == LogFormat::json;
    auto const append = json ? append_json : append_text;
    auto line =
        json ? json_start(clock_.now(), level, shown(message))
             : text_start(clock_.now(), level, shown(message), !context_.empty() || fields.size() != 0);
    for (auto const& [name, value] : context_)
        append(line, name, shown(value));
    for (auto const& [name, value] : fields)
        append(line, name, shown(value));
    return line + (json ? "}\n" : "\n");
}

void Log::write(LogLevel level, std::string_view message, std::initializer_list<Field> fields) {
    if (level < least_) return;
    auto const text = line(level, message, fields);
    std::lock_guard const lock(sink_->mutex);
    auto const& status = sink_->status;
    write_all(sink_->file_descriptor, status.empty() ? text : kEraseLine + text + status);
}

void Log::show_status(std::string_view line) {
    if (!sink_->is_terminal) return;
    auto const shown = line.empty() ? "" : printable(masked(line), kLongestText);
    std::lock_guard const lock(sink_->mutex);
    if (shown.empty() && sink_->status.empty()) return;
    sink_->status = shown;
    write_all(sink_->file_descriptor, kEraseLine + shown);
}

} // namespace billhouse
