#include "e2e/chaos/chaos_nights.hpp"
#include "e2e/crash/proof.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

/// chaos_tests [--seed N] [--seeds COUNT]: COUNT seeds from N on (default: 2 from 1).
namespace billhouse {
namespace {

std::uint64_t first_seed = 1, seed_count = 2;

TEST(Chaos, after_nights_of_faults_kills_and_restatements_the_star_equals_the_vendors_own_books) {
    Proof proof("chaos");
    for (auto seed = first_seed; seed < first_seed + seed_count; ++seed) {
        ChaosNights nights(seed);
        auto problems = nights.run();
        std::cout << "seed " << seed << ": " << nights.summary() << ", " << problems.size() << " violations\n"
                  << std::flush;
        for (auto& problem : problems)
            problem += "\nreplay: chaos_tests --seed " + std::to_string(seed) + " --seeds 1";
        proof.note(nights.faults(), problems);
    }
}

} // namespace
} // namespace billhouse

int main(int count, char** words) {
    testing::InitGoogleTest(&count, words);
    for (int i = 1; i + 1 < count; i += 2) {
        std::string const option = words[i];
        if (option == "--seed") billhouse::first_seed = std::strtoull(words[i + 1], nullptr, 10);
        if (option == "--seeds") billhouse::seed_count = std::strtoull(words[i + 1], nullptr, 10);
    }
    return RUN_ALL_TESTS();
}
