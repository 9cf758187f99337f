#include "base/service_manager.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

namespace billhouse {

namespace {

/// The service manager's end of an abstract socket: no file is touched.
class StatusSocket {
public:
    StatusSocket() : name_(fmt::format("@billhouse-status-test-{}", ::getpid())) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::copy(name_.begin(), name_.end(), address.sun_path);
        address.sun_path[0] = '\0';
        descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (::bind(descriptor_, reinterpret_cast<sockaddr const*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size())) != 0)
            throw std::runtime_error("no socket");
    }
    ~StatusSocket() { ::close(descriptor_); }
    std::string const& name() const { return name_; }
    /// The oldest message, empty where there is none.
    std::string received() const {
        std::array<char, 4096> buffer;
        auto const count = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        return count < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(count));
    }

private:
    std::string name_;
    int descriptor_ = -1;
};

} // namespace

TEST(ServiceManager, a_status_arrives_as_sd_notify_defines_it) {
    StatusSocket const socket;
    service_manager(2, nullptr, socket.name().c_str()).show("guance: 3 of 7 windows");
    EXPECT_EQ(socket.received(), "STATUS=guance: 3 of 7 windows");
    EXPECT_EQ(socket.received(), "");
}

TEST(ServiceManager, nobody_who_listens_is_no_failure) {
    EXPECT_NO_THROW(service_manager(2, nullptr, nullptr).show("lost"));
    EXPECT_NO_THROW(service_manager(2, nullptr, "@billhouse-nobody-listens-here").show("lost"));
    EXPECT_NO_THROW(service_manager(2, nullptr, std::string(500, 'x').c_str()).show("lost"));
}

TEST(ServiceManager, the_journal_reads_the_log_only_where_the_descriptor_is_its_stream) {
    struct stat facts {};
    ASSERT_EQ(::fstat(STDERR_FILENO, &facts), 0);
    auto const own = fmt::format("{}:{}", facts.st_dev, facts.st_ino);
    EXPECT_TRUE(service_manager(STDERR_FILENO, own.c_str(), nullptr).reads_log);
    EXPECT_FALSE(service_manager(STDERR_FILENO, "1:2", nullptr).reads_log) << "redirected to somewhere else";
    EXPECT_FALSE(service_manager(STDERR_FILENO, nullptr, nullptr).reads_log);
    EXPECT_FALSE(service_manager(-1, own.c_str(), nullptr).reads_log);
}

} // namespace billhouse
