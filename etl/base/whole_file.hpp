#pragma once

#include <filesystem>
#include <string_view>

namespace billhouse {

/// A file that readers see whole, as it was or as it is, never half: written beside its place, then renamed.
class WholeFile {
public:
    /// Checks that the place can hold a file. @throws Error(local_io)
    explicit WholeFile(std::filesystem::path path);
    /// Readable by its owner only, unless a file that it replaces was open to more: that file's rights stay.
    /// On failure nothing is left behind and an older file is as it was. @throws Error(local_io)
    void replace(std::string_view content) const;

private:
    std::filesystem::path path_;
};

} // namespace billhouse
