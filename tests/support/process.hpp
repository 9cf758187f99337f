#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace billhouse {

struct Command {
    std::filesystem::path binary;
    std::vector<std::string> arguments;
    /// Added to the environment of the tests; nullopt takes a variable out.
    std::map<std::string, std::optional<std::string>> environment;
    std::filesystem::path directory; ///< empty = that of the tests
};

struct ProcessResult {
    int exit_code = 0; ///< 128 + signal where one ended the process, as a shell tells it
    std::string out, err;
};

/// A safety net, never a way to pass: what takes longer hangs.
constexpr std::chrono::milliseconds kPatience = std::chrono::minutes(5);

/// Runs a command to its end. Its standard input is empty.
/// @throws std::runtime_error where it can't be started or outlasts `patience`; it is killed then
ProcessResult run_process(Command const& command, std::chrono::milliseconds patience = kPatience);

/// A process in the background. Killed, if it still runs, when this object goes.
class ChildProcess {
public:
    explicit ChildProcess(Command const& command);
    ~ChildProcess();
    ChildProcess(ChildProcess const&) = delete;
    ChildProcess& operator=(ChildProcess const&) = delete;

    /// What it has written so far.
    std::string out() const;
    std::string err() const;
    /// Waits until its standard output holds `text` and the rest of that line. @returns the line
    /// @throws std::runtime_error, with all output so far, where the process ends first or patience does
    std::string wait_for_line(std::string const& text, std::chrono::milliseconds patience = kPatience);
    /// Does nothing where it has ended.
    void signal(int number);
    bool running() const;
    int id() const; ///< of the process, as in /proc
    /// Waits for its end. @throws std::runtime_error where patience ends first
    ProcessResult wait(std::chrono::milliseconds patience = kPatience);

private:
    struct Shared;
    std::unique_ptr<Shared> shared_;
};

} // namespace billhouse
