#pragma once

#include <mutex>
#include <optional>
#include <string>

namespace billhouse {

/// What one run of a job may spend on trying again, so that a vendor in trouble is not pressed further and
/// the run ends. Shared by all that ask the vendor in this run. Thread-safe.
class RetryBudget {
public:
    static constexpr int kFull = 100;      ///< also the most that refunds fill up to
    static constexpr int kRetry = 5;       ///< the price of one more attempt
    static constexpr int kTimeout = 10;    ///< the same after a timeout, which held a connection for long
    static constexpr int kPagesInARow = 5; ///< given up one after the other: the vendor is left alone

    /// Pays for one more attempt. @returns false where too little is left: then nothing is taken
    bool pay(int price);
    /// A page came. @param at_once  with its first attempt: that refunds 1
    void page_came(bool at_once);
    /// All attempts for a page have failed.
    void page_given_up();
    /// Whether so many pages in a row were given up that asking on makes no sense in this run.
    bool is_broken() const;
    /// The vendor does not take the job's key: it is not asked again in this run.
    void key_refused(std::string reason);
    /// Why; nullopt where it was not refused.
    std::optional<std::string> refusal() const;

private:
    mutable std::mutex mutex_;
    int left_ = kFull;
    int given_up_in_a_row_ = 0;
    std::optional<std::string> refusal_;
};

} // namespace billhouse
