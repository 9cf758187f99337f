#pragma once

#include "e2e/database_night.hpp"

#include <cstdlib>
#include <random>

namespace billhouse {

/// Rows B of tests/faults.md, by the built binary.
class DatabaseFaults : public DatabaseNight {
protected:
    static std::size_t count_of(std::string const& text, std::string const& piece) {
        std::size_t count = 0;
        for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
            ++count;
        return count;
    }
    /// How many seeds a test tries: few each day, many at night.
    static int seeds() {
        auto const* wanted = std::getenv("BILLHOUSE_SEEDS");
        return wanted ? std::atoi(wanted) : 3;
    }
    static std::uint64_t first_seed() {
        auto const* wanted = std::getenv("BILLHOUSE_SEED");
        return wanted ? std::strtoull(wanted, nullptr, 10) : std::random_device()();
    }
    void wait_until(std::string const& sql, ChildProcess& process) {
        while (value("SELECT (" + sql + ")::boolean") != "t")
            ASSERT_TRUE(process.running()) << process.err();
    }
    Command command_at(std::string const& connection) {
        return command({"--database", connection, "run", "guance", "--until", "2026-01-03"});
    }
};

} // namespace billhouse
