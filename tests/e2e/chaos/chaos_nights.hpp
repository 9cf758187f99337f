#pragma once

#include "e2e/billhouse_run.hpp"
#include "support/postgres_proxy.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace billhouse {

/// Some nights of one warehouse in which everything fails that can: the vendor, the link to PostgreSQL, and
/// billhouse itself, which is killed and started again, while the vendor restates, drops and adds charges.
/// All is drawn from one seed. The oracle is the vendor's own books: it shares no code with billhouse.
class ChaosNights {
public:
    static constexpr int kNights = 6;
    static constexpr int kMostStarts = 5; ///< a night, with faults; then one without

    explicit ChaosNights(std::uint64_t seed);
    ~ChaosNights();

    /// @returns what was wrong, each with its night; empty = nothing
    std::vector<std::string> run();
    /// "6 nights, 14 starts, 5 kills, vendor faults 12, database faults 9"
    std::string summary() const;
    /// What was done to it: kills, faults of the vendor and of the link to the database.
    std::size_t faults() const;

private:
    void configure();
    void night(int number);
    void amend(int number);
    void draw_vendor_faults(int number);
    void draw_database_faults();
    /// Runs billhouse to its end or, in one of three times, to a kill in the middle.
    int start(std::string const& until);
    void wait_for_backends();
    void check_at_rest(std::string const& when);
    void check_against_books(std::string const& until);
    void complain(std::string const& what) { problems_.push_back(what); }
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    std::uint64_t seed_;
    std::mt19937_64 random_;
    TestDatabase database_;
    PostgresProxy proxy_;
    SampleVendorProcess vendor_;
    std::optional<ConfigFolder> config_;
    std::vector<std::string> problems_;
    std::string last_words_; ///< of the last process
    int starts_ = 0, kills_ = 0, vendor_faults_ = 0;
};

} // namespace billhouse
