#pragma once

#include "job/job_definition.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace billhouse {

/// Where secrets are looked up; from outside, so that tests choose it.
struct SecretPlaces {
    std::filesystem::path config_folder;
    std::function<char const*(char const*)> environment; ///< as std::getenv
};
/// The process's own environment.
SecretPlaces secret_places(std::filesystem::path const& config_folder);

/// "credential guance_api_key", "secret file /etc/x", "secret variable X": names the reference, never the
/// value.
std::string to_string(SecretReference const& reference);

/// The value of a secret.
/// - credential: $CREDENTIALS_DIRECTORY/NAME (systemd's credentials folder); without that variable <config
/// folder>/credentials/NAME, a file
///   under the rule below.
/// - file: a regular file, no symbolic link, ours, and without rights for group and others (mode & 077 == 0).
/// - environment: a variable.
/// One line end at the end is removed. At most 64 KiB.
/// @throws Error(config)  missing, unreadable, unsafe, empty, or with a NUL or line end inside
std::string resolve(SecretReference const& reference, SecretPlaces const& places);

} // namespace billhouse
