#include "job/secret.hpp"

#include "base/error.hpp"
#include "base/wipe.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace billhouse {

namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;

enum class Trust {
    owner_only, ///< anybody else's file, or one that others may read, is refused
    systemd     ///< the service manager has seen to it
};

/// Closes its file at the end.
class Descriptor {
public:
    explicit Descriptor(int value) : value_(value) {}
    ~Descriptor() {
        if (value_ >= 0) ::close(value_);
    }
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    int get() const { return value_; }

private:
    int value_;
};

[[noreturn]] void refuse(SecretReference const& reference, std::string const& why,
                         std::string const& hint = {}) {
    throw Error(ErrorKind::config, fmt::format("{} {}", to_string(reference), why), hint);
}

void check_owner(SecretReference const& reference, struct stat const& facts,
                 std::filesystem::path const& path) {
    if (facts.st_uid != ::geteuid())
        refuse(reference, fmt::format("is owned by another user ({})", path.string()),
               "The file must belong to the user that billhouse runs as.");
    if ((facts.st_mode & 077U) != 0)
        refuse(reference,
               fmt::format("may be read by others: mode {:03o} ({})", facts.st_mode & 0777U, path.string()),
               fmt::format("Run: chmod 600 {}", path.string()));
}

std::string read_all(SecretReference const& reference, int descriptor) {
    std::string value(kMaxBytes + 1, '\0');
    std::size_t used = 0;
    while (used < value.size()) {
        auto const got = ::read(descriptor, value.data() + used, value.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) refuse(reference, fmt::format("cannot be read: {}", std::strerror(errno)));
        if (got == 0) break;
        used += static_cast<std::size_t>(got);
    }
    if (used > kMaxBytes) refuse(reference, fmt::format("is longer than {} bytes", kMaxBytes));
    std::string const secret(value, 0, used); // of its own size: the large room is wiped here
    wipe(value);
    return secret;
}

std::string read_file(SecretReference const& reference, std::filesystem::path const& path, Trust trust) {
    // O_NONBLOCK: a pipe in place of the file must not hang the run.
    Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK |
                                                   (trust == Trust::owner_only ? O_NOFOLLOW : 0)));
    if (file.get() < 0 && errno == ELOOP)
        refuse(reference, fmt::format("is a symbolic link ({})", path.string()), "Name the file itself.");
    if (file.get() < 0)
        refuse(reference, fmt::format("cannot be opened: {} ({})", std::strerror(errno), path.string()),
               "Put the secret there, readable by its owner only.");
    struct stat facts {};
    if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
        refuse(reference, fmt::format("is not a regular file ({})", path.string()));
    if (trust == Trust::owner_only) check_owner(reference, facts, path);
    return read_all(reference, file.get());
}

/// Loaded one by one a credential has its own name; where `LoadCredential=billhouse:FOLDER` loads all that a
/// folder holds, systemd puts that name before it.
std::filesystem::path systemd_credential(std::filesystem::path const& folder, std::string const& name) {
    auto const of_folder = folder / ("billhouse_" + name);
    return ::access(of_folder.c_str(), F_OK) == 0 ? of_folder : folder / name;
}

std::string raw_value(SecretReference const& reference, SecretPlaces const& places) {
    switch (reference.kind) {
    case SecretReference::Kind::environment: {
        char const* const value = places.environment(reference.name.c_str());
        if (!value) refuse(reference, "is not set");
        return value;
    }
    case SecretReference::Kind::file:
        return read_file(reference, reference.name, Trust::owner_only);
    case SecretReference::Kind::credential:
        break;
    }
    char const* const folder = places.environment("CREDENTIALS_DIRECTORY");
    if (folder && *folder)
        return read_file(reference, systemd_credential(folder, reference.name), Trust::systemd);
    return read_file(reference, places.config_folder / "credentials" / reference.name, Trust::owner_only);
}

} // namespace

SecretPlaces secret_places(std::filesystem::path const& config_folder) {
    return {config_folder, [](char const* name) -> char const* { return std::getenv(name); }};
}

std::string to_string(SecretReference const& reference) {
    switch (reference.kind) {
    case SecretReference::Kind::file:
        return "secret file " + reference.name;
    case SecretReference::Kind::environment:
        return "secret variable " + reference.name;
    case SecretReference::Kind::credential:
        break;
    }
    return "credential " + reference.name;
}

std::string resolve(SecretReference const& reference, SecretPlaces const& places) {
    auto value = raw_value(reference, places);
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (value.empty()) refuse(reference, "is empty");
    if (value.find('\0') != std::string::npos) refuse(reference, "contains a NUL byte");
    if (value.find_first_of("\r\n") != std::string::npos)
        refuse(reference, "contains a line end", "A secret is a single line.");
    return value;
}

} // namespace billhouse
