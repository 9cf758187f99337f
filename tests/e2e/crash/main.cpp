// usage: crash_sweep_tests [--seed=N] [--kills=N] [--pairs=N] [--only=RULE] [GTEST-OPTION...]
#include "e2e/crash/proof.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <random>
#include <string>
#include <string_view>

namespace {

/// @returns whether the argument was that option
template <class Number>
bool take(std::string_view argument, std::string_view option, Number& number) {
    if (!argument.starts_with(option)) return false;
    number = static_cast<Number>(std::stoull(std::string(argument.substr(option.size()))));
    return true;
}

} // namespace

int main(int argc, char** argv) {
    ::testing::InitGoogleTest(&argc, argv);
    auto& options = billhouse::sweep_options();
    options.seed = std::random_device()();
    for (int i = 1; i < argc; ++i) {
        if (std::string_view const argument = argv[i]; argument.starts_with("--only="))
            options.only = argument.substr(7);
        else if (!take(argv[i], "--seed=", options.seed) && !take(argv[i], "--kills=", options.kills) &&
                 !take(argv[i], "--pairs=", options.pairs)) {
            std::cerr << "crash_sweep_tests: unknown argument " << argv[i]
                      << " (known: --seed=N, --kills=N, --pairs=N, --only=RULE)\n";
            return 64;
        }
    }
    std::cout << "seed " << options.seed << '\n';
    return RUN_ALL_TESTS();
}
