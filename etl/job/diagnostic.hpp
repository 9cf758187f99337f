#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// A place in a configuration file, both from 1; columns count characters. 0:0 = the file as a whole.
struct Mark {
    int line = 0;
    int column = 0;
    friend auto operator<=>(Mark const&, Mark const&) = default;
};

/// One problem of a configuration file.
struct Diagnostic {
    std::string file;
    Mark mark;
    std::string path;    ///< "streams.usage.pagination.page_sise"; empty where the file as a whole is meant
    std::string message; ///< lower case, no full stop
    std::string hint;    ///< a sentence, or empty
};

/// "jobs/acme.yaml:14:5: streams.usage.pagination.page_sise: unknown key", and where there is one, a line
/// "HINT: ..." after it.
std::string to_string(Diagnostic const& diagnostic);

/// Collects the problems of all files, so that one look at the output is enough to repair them.
class Diagnostics {
public:
    void add(Diagnostic diagnostic) { found_.push_back(std::move(diagnostic)); }
    bool empty() const { return found_.empty(); }
    std::size_t count() const { return found_.size(); }
    /// All of them, sorted by file and place, one a line with its hint below.
    std::string text() const;

private:
    std::vector<Diagnostic> found_;
};

} // namespace billhouse
