#include "fetch/retry_budget.hpp"

#include <algorithm>
#include <utility>

namespace billhouse {

bool RetryBudget::pay(int price) {
    std::lock_guard const lock(mutex_);
    if (left_ < price) return false;
    left_ -= price;
    return true;
}

void RetryBudget::page_came(bool at_once) {
    std::lock_guard const lock(mutex_);
    given_up_in_a_row_ = 0;
    if (at_once) left_ = std::min(left_ + 1, kFull);
}

void RetryBudget::page_given_up() {
    std::lock_guard const lock(mutex_);
    ++given_up_in_a_row_;
}

void RetryBudget::key_refused(std::string reason) {
    std::lock_guard const lock(mutex_);
    refusal_ = std::move(reason);
}

std::optional<std::string> RetryBudget::refusal() const {
    std::lock_guard const lock(mutex_);
    return refusal_;
}

bool RetryBudget::is_broken() const {
    std::lock_guard const lock(mutex_);
    return given_up_in_a_row_ >= kPagesInARow;
}

} // namespace billhouse
