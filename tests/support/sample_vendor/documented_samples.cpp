#include "support/sample_vendor/documented_samples.hpp"

#include "documented_responses.hpp"

namespace billhouse::vendor::documented {

std::string guance() {
    return std::string(documented_responses::guance_sample.text);
}

std::string ocamba_default() {
    return std::string(documented_responses::ocamba_sample_1.text);
}

std::string ocamba_full() {
    return std::string(documented_responses::ocamba_sample_2.text);
}

std::string ocamba_full_with_true_total() {
    constexpr std::string_view kClaim = "\"total\": 3";
    std::string text = ocamba_full();
    return text.replace(text.find(kClaim), kClaim.size(), "\"total\": 1");
}

} // namespace billhouse::vendor::documented
