#include "e2e/crash/proof.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace billhouse {

SweepOptions& sweep_options() {
    static SweepOptions options;
    return options;
}

Proof::Proof(std::string part) : part_(std::move(part)) {}

Proof::~Proof() {
    std::cout << part_ << ": " << faults_ << " faults, " << survived_ << " survived, " << violations_
              << " violations\n";
    auto const* const file = std::getenv("BILLHOUSE_PROOF");
    if (file)
        std::ofstream(file, std::ios::app)
            << part_ << '\t' << faults_ << '\t' << survived_ << '\t' << violations_ << '\n';
}

void Proof::note(std::size_t faults, std::vector<std::string> const& problems) {
    faults_ += faults;
    if (problems.empty()) survived_ += faults;
    violations_ += problems.size();
    for (auto const& problem : problems)
        ADD_FAILURE() << problem;
}

} // namespace billhouse
