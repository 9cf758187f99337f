#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <string>
#include <utility>
#include <vector>

/// The keys of both kinds of files, each declared once.
namespace billhouse {

/// jobs/NAME.yaml
MappingShape<JobDefinition> job_shape();

/// billhouse.yaml
struct MainFile {
    struct Job {
        std::optional<bool> enabled;
    };
    WarehouseSettings warehouse;
    std::filesystem::path metrics_folder;
    std::vector<std::pair<std::string, Job>> jobs;
};
MappingShape<MainFile> main_file_shape();

/// The parts of a job file, for those who describe them.
MappingShape<HttpSettings> http_shape();
MappingShape<StreamDefinition> stream_shape();
MappingShape<RequestTemplate> request_shape();

} // namespace billhouse
