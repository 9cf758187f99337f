#include "fetch/address_policy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace billhouse {
namespace {

struct Range4 {
    std::uint32_t first;
    unsigned bits;
    std::string_view network;
};

constexpr auto kRanges4 = std::to_array<Range4>({
    {0x00000000, 8, "reserved"},    // this network
    {0x0A000000, 8, "private"},     // RFC 1918
    {0x64400000, 10, "shared"},     // RFC 6598
    {0x7F000000, 8, "loopback"},    //
    {0xA9FE0000, 16, "link-local"}, // RFC 3927; where clouds keep their machines' credentials
    {0xAC100000, 12, "private"},    //
    {0xC0000000, 24, "reserved"},   // RFC 6890
    {0xC0000200, 24, "reserved"},   // documentation
    {0xC0A80000, 16, "private"},    //
    {0xC6120000, 15, "reserved"},   // benchmarks
    {0xC6336400, 24, "reserved"},   // documentation
    {0xCB007100, 24, "reserved"},   // documentation
    {0xE0000000, 4, "multicast"},   //
    {0xF0000000, 4, "reserved"},    // also the broadcast address
});

std::string_view network_of(std::uint32_t address) {
    auto const found = std::ranges::find_if(
        kRanges4, [&](Range4 const& range) { return (address ^ range.first) >> (32U - range.bits) == 0; });
    return found == kRanges4.end() ? std::string_view() : found->network;
}

using Bytes6 = std::array<std::uint8_t, 16>;

struct Range6 {
    Bytes6 first;
    unsigned bits;
    std::string_view network;
};

constexpr auto kRanges6 = std::to_array<Range6>({
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    {{}, 128, "reserved"},                      // unspecified
    {{0x01, 0x00}, 64, "reserved"},             // discard
    {{0x20, 0x01, 0x0D, 0xB8}, 32, "reserved"}, // documentation
    {{0xFC}, 7, "private"},
    {{0xFE, 0x80}, 10, "link-local"},
    {{0xFE, 0xC0}, 10, "private"}, // site-local, deprecated
    {{0xFF}, 8, "multicast"},
});

/// Prefixes with an IPv4 address behind them.
struct Carrier {
    Bytes6 first;
    unsigned bits;
    std::size_t at; ///< first byte of the IPv4 address
};
constexpr auto kCarriers = std::to_array<Carrier>({
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96, 12}, // mapped
    {{0x00, 0x64, 0xFF, 0x9B}, 96, 12},                   // NAT64
    {{0x20, 0x02}, 16, 2},                                // 6to4
});

bool has_prefix(Bytes6 const& address, Bytes6 const& prefix, unsigned bits) {
    for (unsigned bit = 0; bit < bits; ++bit) {
        auto const mask = 0x80U >> (bit % 8);
        if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

std::string_view network_of(Bytes6 const& address) {
    for (auto const& carrier : kCarriers)
        if (has_prefix(address, carrier.first, carrier.bits)) {
            std::uint32_t inner = 0;
            for (std::size_t i = 0; i < 4; ++i)
                inner = inner << 8U | address[carrier.at + i];
            return network_of(inner);
        }
    auto const found = std::ranges::find_if(
        kRanges6, [&](Range6 const& range) { return has_prefix(address, range.first, range.bits); });
    return found == kRanges6.end() ? std::string_view() : found->network;
}

bool is_address(std::string_view host) {
    in_addr address{};
    return host.starts_with('[') || inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

} // namespace

std::string_view special_network(sockaddr const& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return network_of(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family != AF_INET6) return "reserved";
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    Bytes6 bytes{};
    std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
    return network_of(bytes);
}

AddressPolicy::AddressPolicy(HttpSettings const& settings, std::string_view host)
    : any_(settings.allow_private_addresses || is_address(host)), loopback_(host == "localhost") {}

bool AddressPolicy::allows(sockaddr const& address) const {
    if (any_) return true;
    auto const network = special_network(address);
    return network.empty() || (loopback_ && network == "loopback");
}

} // namespace billhouse
