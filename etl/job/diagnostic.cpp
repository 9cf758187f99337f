#include "job/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace billhouse {

std::string to_string(Diagnostic const& diagnostic) {
    auto text = diagnostic.file;
    if (diagnostic.mark.line > 0) text += fmt::format(":{}:{}", diagnostic.mark.line, diagnostic.mark.column);
    if (!diagnostic.path.empty()) text += ": " + diagnostic.path;
    text += ": " + diagnostic.message;
    if (!diagnostic.hint.empty()) text += "\nHINT: " + diagnostic.hint;
    return text;
}

std::string Diagnostics::text() const {
    auto sorted = found_;
    std::stable_sort(sorted.begin(), sorted.end(), [](Diagnostic const& a, Diagnostic const& b) {
        return std::tie(a.file, a.mark) < std::tie(b.file, b.mark);
    });
    std::string text;
    for (auto const& diagnostic : sorted) {
        if (!text.empty()) text += '\n';
        text += to_string(diagnostic);
    }
    return text;
}

} // namespace billhouse
