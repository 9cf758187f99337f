#include "support/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace billhouse {

namespace {

struct Pipe {
    int reading = -1, writing = -1;

    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe");
        reading = ends[0];
        writing = ends[1];
    }
};

std::vector<std::string> environment_of(Command const& command) {
    std::vector<std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        std::string const name(*entry, std::strcspn(*entry, "="));
        if (!command.environment.contains(name)) variables.emplace_back(*entry);
    }
    for (auto const& [name, value] : command.environment)
        if (value) variables.push_back(name + '=' + *value);
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

pid_t spawn(Command const& command, Pipe const& out, Pipe const& err) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out.writing, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions, err.writing, STDERR_FILENO);
    if (!command.directory.empty())
        ::posix_spawn_file_actions_addchdir_np(&actions, command.directory.c_str());
    std::vector<std::string> arguments{command.binary.string()};
    arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
    std::vector<std::string> environment = environment_of(command);
    pid_t process = -1;
    int const error = ::posix_spawn(&process, command.binary.c_str(), &actions, nullptr,
                                    pointers_to(arguments).data(), pointers_to(environment).data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(out.writing);
    ::close(err.writing);
    if (error != 0)
        throw std::system_error(error, std::generic_category(), "starting " + command.binary.string());
    return process;
}

int shell_exit_code(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

/// What the threads share: two read the pipes, so that the process never blocks on them, one waits for its
/// end.
struct ChildProcess::Shared {
    mutable std::mutex mutex;
    std::condition_variable changed;
    pid_t process = -1;
    std::string out, err;
    std::optional<int> exit_code;
    int open_pipes = 2;
    std::vector<std::thread> threads;

    void read_into(std::string& text, int pipe) {
        std::array<char, 65536> buffer{};
        for (ssize_t size = 0; (size = ::read(pipe, buffer.data(), buffer.size())) > 0;) {
            std::lock_guard const lock(mutex);
            text.append(buffer.data(), static_cast<std::size_t>(size));
            changed.notify_all();
        }
        ::close(pipe);
        std::lock_guard const lock(mutex);
        --open_pipes;
        changed.notify_all();
    }

    // Reaps under the lock, so that signal() never meets a process id that the system has given away again.
    void await_end() {
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT);
        std::lock_guard const lock(mutex);
        int status = 0;
        ::waitpid(process, &status, 0);
        exit_code = shell_exit_code(status);
        changed.notify_all();
    }

    bool ended() const { return exit_code && open_pipes == 0; }
};

ChildProcess::ChildProcess(Command const& command) : shared_(std::make_unique<Shared>()) {
    Pipe const out, err;
    Shared& shared = *shared_;
    shared.process = spawn(command, out, err);
    shared.threads.emplace_back([&shared, pipe = out.reading] { shared.read_into(shared.out, pipe); });
    shared.threads.emplace_back([&shared, pipe = err.reading] { shared.read_into(shared.err, pipe); });
    shared.threads.emplace_back([&shared] { shared.await_end(); });
}

ChildProcess::~ChildProcess() {
    signal(SIGKILL);
    for (std::thread& thread : shared_->threads)
        thread.join();
}

std::string ChildProcess::out() const {
    std::lock_guard const lock(shared_->mutex);
    return shared_->out;
}

std::string ChildProcess::err() const {
    std::lock_guard const lock(shared_->mutex);
    return shared_->err;
}

std::string ChildProcess::wait_for_line(std::string const& text, std::chrono::milliseconds patience) {
    std::unique_lock lock(shared_->mutex);
    std::string const& out = shared_->out;
    std::size_t at = std::string::npos, end = std::string::npos;
    auto const found = [&] {
        at = out.find(text);
        end = at == std::string::npos ? at : out.find('\n', at);
        return end != std::string::npos;
    };
    shared_->changed.wait_for(lock, patience, [&] { return found() || shared_->ended(); });
    if (!found()) throw std::runtime_error("no line with '" + text + "' in output:\n" + out + shared_->err);
    std::size_t const start = out.rfind('\n', at) + 1; // npos + 1 = 0
    return out.substr(start, end - start);
}

void ChildProcess::signal(int number) {
    std::lock_guard const lock(shared_->mutex);
    if (!shared_->exit_code) ::kill(shared_->process, number);
}

bool ChildProcess::running() const {
    std::lock_guard const lock(shared_->mutex);
    return !shared_->exit_code;
}

int ChildProcess::id() const {
    return shared_->process;
}

ProcessResult ChildProcess::wait(std::chrono::milliseconds patience) {
    std::unique_lock lock(shared_->mutex);
    if (!shared_->changed.wait_for(lock, patience, [&] { return shared_->ended(); }))
        throw std::runtime_error("the process does not end; its output so far:\n" + shared_->out +
                                 shared_->err);
    return {*shared_->exit_code, shared_->out, shared_->err};
}

ProcessResult run_process(Command const& command, std::chrono::milliseconds patience) {
    return ChildProcess(command).wait(patience);
}

} // namespace billhouse
