#include "fetch/address_policy.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace billhouse {
namespace {

sockaddr_storage address(std::string const& text) {
    sockaddr_storage storage{};
    bool const is_six = text.find(':') != std::string::npos;
    storage.ss_family = is_six ? AF_INET6 : AF_INET;
    void* const bytes = is_six ? static_cast<void*>(&reinterpret_cast<sockaddr_in6*>(&storage)->sin6_addr)
                               : &reinterpret_cast<sockaddr_in*>(&storage)->sin_addr;
    EXPECT_EQ(inet_pton(storage.ss_family, text.c_str(), bytes), 1) << text;
    return storage;
}

std::string network(std::string const& text) {
    auto const storage = address(text);
    return std::string(special_network(reinterpret_cast<sockaddr const&>(storage)));
}

bool allows(AddressPolicy const& policy, std::string const& text) {
    auto const storage = address(text);
    return policy.allows(reinterpret_cast<sockaddr const&>(storage));
}

} // namespace

TEST(SpecialNetwork, tells_every_range_at_both_its_ends_from_its_public_neighbours) {
    struct Range {
        std::string name, before, first, last, after;
    };
    for (auto const& [name, before, first, last, after] : std::initializer_list<Range>{
             {"private", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
             {"shared", "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
             {"loopback", "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
             {"link-local", "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
             {"private", "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
             {"private", "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
             {"reserved", "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
             {"multicast", "223.255.255.255", "224.0.0.0", "239.255.255.255", ""},
             {"reserved", "", "240.0.0.0", "255.255.255.255", ""},
             {"reserved", "", "0.0.0.0", "0.255.255.255", "1.0.0.0"},
             {"private", "", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""},
             {"link-local", "fe7f::1", "fe80::", "febf:ffff::1", ""},
             {"multicast", "", "ff00::", "ffff::1", ""},
             {"reserved", "2001:db7:ffff::1", "2001:db8::", "2001:db8:ffff::1", "2001:db9::"},
         }) {
        EXPECT_EQ(network(first), name) << first;
        EXPECT_EQ(network(last), name) << last;
        for (auto const& outside : {before, after})
            if (!outside.empty()) {
                EXPECT_EQ(network(outside), "") << outside;
            }
    }
}

TEST(SpecialNetwork, knows_single_addresses) {
    EXPECT_EQ(network("::1"), "loopback");
    EXPECT_EQ(network("::2"), "") << "no registry names it";
    EXPECT_EQ(network("::"), "reserved");
    EXPECT_EQ(network("8.8.8.8"), "");
    EXPECT_EQ(network("2606:4700::1111"), "");
}

TEST(SpecialNetwork, an_ipv4_address_inside_an_ipv6_one_counts_as_itself) {
    for (auto const* carried : {"::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::"})
        EXPECT_EQ(network(carried), "loopback") << carried;
    for (auto const* carried : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::"})
        EXPECT_EQ(network(carried), "") << carried;
}

TEST(SpecialNetwork, another_kind_of_socket_is_never_public) {
    sockaddr local{};
    local.sa_family = AF_UNIX;
    EXPECT_EQ(special_network(local), "reserved");
}

TEST(AddressPolicy, a_name_may_lead_to_public_addresses_only) {
    AddressPolicy const policy(HttpSettings{}, "api.example.com");
    EXPECT_TRUE(allows(policy, "8.8.8.8"));
    for (auto const* inside :
         {"127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"})
        EXPECT_FALSE(allows(policy, inside)) << inside;
}

TEST(AddressPolicy, localhost_means_loopback_and_nothing_else_that_is_not_public) {
    AddressPolicy const policy(HttpSettings{}, "localhost");
    EXPECT_TRUE(allows(policy, "127.0.0.1"));
    EXPECT_TRUE(allows(policy, "::1"));
    EXPECT_FALSE(allows(policy, "10.1.2.3"));
}

TEST(AddressPolicy, an_address_in_the_base_url_is_the_operators_own_choice) {
    for (auto const* host : {"10.1.2.3", "[fd00::1]"})
        EXPECT_TRUE(allows(AddressPolicy(HttpSettings{}, host), "10.1.2.3")) << host;
}

TEST(AddressPolicy, the_job_can_allow_what_is_not_public) {
    HttpSettings settings;
    settings.allow_private_addresses = true;
    EXPECT_TRUE(allows(AddressPolicy(settings, "billing.corp.example"), "10.1.2.3"));
}

} // namespace billhouse
