#include "cli/commands.hpp"
#include "job/job_schema.hpp"
#include "job/json_schema.hpp"
#include "job/key_reference.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace billhouse {

int schema_command(App& app) {
    auto const& options = app.options;
    auto const description = options.main_file ? main_file_shape().description() : job_shape().description();
    if (options.markdown)
        fmt::print("{}", key_reference(options.main_file ? "billhouse.yaml" : "job", description, 3));
    else if (options.main_file)
        fmt::print("{}", json_schema("billhouse.yaml", "main.schema.json", description));
    else
        fmt::print("{}", json_schema("billhouse job", "job.schema.json", description));
    return 0;
}

} // namespace billhouse
