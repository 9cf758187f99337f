#include "report/text_table.hpp"

#include "base/text_width.hpp"

#include <algorithm>

namespace billhouse {

std::string text_table(std::vector<std::vector<std::string>> const& lines,
                       std::set<std::size_t> const& right) {
    std::vector<std::size_t> widths;
    for (auto const& line : lines) {
        widths.resize(std::max(widths.size(), line.size()));
        for (std::size_t i = 0; i < line.size(); ++i)
            widths[i] = std::max(widths[i], display_width(line[i]));
    }
    std::string table;
    for (auto const& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            std::string const space(widths[i] - display_width(line[i]), ' ');
            table += (right.contains(i) ? space + line[i] : line[i] + space) + "  ";
        }
        table.erase(table.find_last_not_of(' ') + 1);
        table += '\n';
    }
    return table;
}

} // namespace billhouse
