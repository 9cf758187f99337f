#pragma once

#include "job/schema.hpp"

#include <map>
#include <string>

namespace billhouse {

/// One value of a job's `settings`, and where it was given.
struct Setting {
    YamlNode node;     ///< its scalar, from the job file or from billhouse.yaml
    std::string given; ///< "jobs/guance.yaml:4:13"
    bool used = false;
};
using Settings = std::map<std::string, Setting>;

/// The job file's own settings. Reports values that are not plain scalars, or hold braces.
Settings read_settings(YamlNode const& job, Reading& reading);

/// Puts the values of billhouse.yaml (`jobs: <job>: settings:`) in place of the job's. Reports names that the
/// job does not have.
void override_settings(Settings& settings, YamlNode const& overrides, Reading& reading);

/// Replaces "{settings.NAME}" in every text of the job, outside of `settings`; text that is nothing but one
/// such placeholder becomes the setting's value itself, so a number stays a number. Reports unknown names,
/// and then settings that nothing uses.
void substitute_settings(YamlNode& job, Settings& settings, Reading& reading);

} // namespace billhouse
