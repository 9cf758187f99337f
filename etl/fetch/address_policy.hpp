#pragma once

#include "job/http_definition.hpp"

#include <string>
#include <string_view>

struct sockaddr;

namespace billhouse {

/// The kind of network that an address belongs to, by the registries of special addresses (RFC 6890):
/// "loopback", "private", "link-local", "shared", "multicast" or "reserved". Empty = public. An IPv4 address
/// inside an IPv6 one (mapped, 6to4, NAT64) counts as itself.
std::string_view special_network(sockaddr const& address);

/// Decides to which addresses a job's requests may go. Asked for each connection when it is made, as a name
/// may lead elsewhere than a moment before.
class AddressPolicy {
public:
    AddressPolicy() = default;
    /// @param host  of http.base_url: an address that stands there itself is the operator's own choice, and
    ///     "localhost" means loopback
    AddressPolicy(HttpSettings const& settings, std::string_view host);
    bool allows(sockaddr const& address) const;

private:
    bool any_ = false;
    bool loopback_ = false;
};

} // namespace billhouse
