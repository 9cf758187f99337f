#include "base/service_manager.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace billhouse {

void ServiceManager::show(std::string_view status) const {
    sockaddr_un address{};
    if (status_socket.empty() || status_socket.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::ranges::copy(status_socket, address.sun_path);
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    int const descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    auto const message = fmt::format("STATUS={}", status);
    auto const length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + status_socket.size());
    [[maybe_unused]] auto const sent =
        ::sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                 reinterpret_cast<sockaddr const*>(&address), length);
    ::close(descriptor);
}

ServiceManager service_manager(int log_descriptor, char const* journal_stream, char const* notify_socket) {
    ServiceManager manager;
    struct stat facts {};
    if (journal_stream && ::fstat(log_descriptor, &facts) == 0)
        manager.reads_log = fmt::format("{}:{}", facts.st_dev, facts.st_ino) == journal_stream;
    if (notify_socket) manager.status_socket = notify_socket;
    return manager;
}

} // namespace billhouse
