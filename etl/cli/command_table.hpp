#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace boost::program_options {
class options_description;
}

namespace billhouse {

/// A command: what it is called with, and how it is explained. Help and parser read the same table.
struct Command {
    std::string_view name, arguments, summary, explanation, example;
    void (*declare)(boost::program_options::options_description& options);
    std::size_t least_jobs, most_jobs;
};

std::span<Command const> commands();
/// nullptr for a name that is none.
Command const* find_command(std::string_view name);

} // namespace billhouse
