#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace billhouse {

/// A log of every level whose lines a test can read.
class LogInMemory {
public:
    explicit LogInMemory(Clock& clock) : log(clock, file_, LogFormat::text, LogLevel::debug) {}
    ~LogInMemory() { ::close(file_); }
    LogInMemory(LogInMemory const&) = delete;
    LogInMemory& operator=(LogInMemory const&) = delete;

    std::string text() const {
        std::string text(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END)), '\0');
        EXPECT_EQ(::pread(file_, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        return text;
    }

private:
    int file_ = ::memfd_create("log", 0);

public:
    Log log;
};

} // namespace billhouse
