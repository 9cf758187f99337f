#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    billhouse::FUZZ_TARGET(data, size);
    return 0;
}
