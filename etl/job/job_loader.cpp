#include "job/job_loader.hpp"

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "job/job_schema.hpp"
#include "job/settings.hpp"
#include "job/stream_checks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace billhouse {

namespace {

/// What billhouse.yaml says, with its tree for the settings in it.
struct MainPart {
    std::optional<YamlNode> tree;
    MainFile content;

    /// `jobs: <job>: settings:`, or nullptr.
    YamlNode const* settings_of(std::string const& job) const {
        auto const* node = tree ? tree->find("jobs") : nullptr;
        for (auto const* key : {job.c_str(), "settings"})
            if (node) node = node->find(key);
        return node;
    }
};

/// One job file on its way to a JobDefinition.
struct JobPart {
    std::string file;
    std::string stem; ///< file name without ".yaml"
    std::optional<JobDefinition> job;
};

std::string stem_of(std::string const& file) {
    return std::filesystem::path(file).stem().string();
}

/// Over the file's bytes and the overriding settings: a change of either is a change of the job.
std::string config_hash(std::string const& text, YamlNode const* overrides) {
    IdentityKey key;
    key.add(text);
    std::map<std::string, std::string> sorted;
    if (overrides)
        for (auto const& member : overrides->members)
            sorted[member.key] = member.value.text;
    for (auto const& [name, value] : sorted) {
        key.add(name);
        key.add(value);
    }
    return to_hex(sha256(key.canonical()));
}

class Loader {
public:
    void read_main(FileText const& file) {
        main_reading_ = Reading(file.name, diagnostics_);
        main_.tree = read_yaml(file.text, file.name, diagnostics_);
        if (!main_.tree) return;
        refuse_inline_secrets(*main_.tree, main_reading_);
        static auto const shape = main_file_shape().shape();
        if (auto content = shape.read(*main_.tree, main_reading_)) main_.content = std::move(*content);
    }

    void read_job(FileText const& file) {
        auto& part = parts_.emplace_back(JobPart{file.name, stem_of(file.name), std::nullopt});
        auto tree = read_yaml(file.text, file.name, diagnostics_);
        if (!tree) return;
        Reading reading(file.name, diagnostics_);
        refuse_inline_secrets(*tree, reading);
        auto const* const overrides = main_.settings_of(part.stem);
        auto settings = read_settings(*tree, reading);
        if (overrides) override_settings(settings, *overrides, main_reading_);
        substitute_settings(*tree, settings, reading);
        static auto const shape = job_shape().shape();
        part.job = shape.read(*tree, reading);
        if (!part.job) return;
        part.job->file = file.name;
        part.job->config_hash = config_hash(file.text, overrides);
        if (part.job->name != part.stem)
            reading.report(
                *tree->find("job"),
                fmt::format("'{}' stands in a file named '{}.yaml'", part.job->name, part.stem),
                fmt::format("Rename the file to {}.yaml or the job to {}.", part.job->name, part.stem));
        check_code(*part.job, *tree, reading);
    }

    Configuration finish() {
        apply_main_jobs();
        if (!diagnostics_.empty())
            throw Error(ErrorKind::config,
                        fmt::format("the configuration has {} problem{}\n{}", diagnostics_.count(),
                                    diagnostics_.count() == 1 ? "" : "s", diagnostics_.text()));
        Configuration configuration;
        configuration.warehouse = main_.content.warehouse;
        configuration.metrics_folder = main_.content.metrics_folder;
        for (auto& part : parts_)
            configuration.jobs.push_back(std::move(*part.job));
        std::sort(configuration.jobs.begin(), configuration.jobs.end(),
                  [](JobDefinition const& a, JobDefinition const& b) { return a.name < b.name; });
        return configuration;
    }

private:
    /// Two jobs with one source code would overwrite each other's lines.
    void check_code(JobDefinition const& job, YamlNode const& tree, Reading& reading) {
        auto const [other, is_new] = codes_.emplace(job.source.code, job.file.string());
        if (!is_new)
            reading.report(*tree.find("source")->find("code"),
                           fmt::format("'{}' is the source code of {} too", job.source.code, other->second),
                           "Each job needs a code of its own: it is part of every line's key.");
    }

    void apply_main_jobs() {
        auto const* const jobs = main_.tree ? main_.tree->find("jobs") : nullptr;
        if (!jobs || jobs->kind != YamlNode::Kind::mapping) return;
        std::vector<std::string> stems;
        for (auto const& part : parts_)
            stems.push_back(part.stem);
        for (auto const& member : jobs->members)
            if (std::find(stems.begin(), stems.end(), member.key) == stems.end()) {
                auto const near = nearest(member.key, stems);
                main_reading_.report_key(
                    *jobs, member, "there is no such job",
                    near ? fmt::format("did you mean `{}`?", *near)
                         : fmt::format("Jobs are the files of the folder jobs: {}.", fmt::join(stems, ", ")));
            }
        for (auto const& [name, change] : main_.content.jobs)
            for (auto& part : parts_)
                if (part.stem == name && part.job && change.enabled) part.job->enabled = *change.enabled;
    }

    Diagnostics diagnostics_;
    MainPart main_;
    Reading main_reading_{"billhouse.yaml", diagnostics_};
    std::vector<JobPart> parts_;
    std::map<std::string, std::string> codes_; ///< source code -> file
};

} // namespace

Configuration parse_configuration(std::optional<FileText> const& main_file,
                                  std::vector<FileText> const& job_files) {
    Loader loader;
    if (main_file) loader.read_main(*main_file);
    for (auto const& file : job_files)
        loader.read_job(file);
    return loader.finish();
}

std::vector<JobDefinition const*> select_jobs(Configuration const& configuration,
                                              std::vector<std::string> const& names) {
    std::vector<JobDefinition const*> selected;
    std::vector<std::string> known;
    for (auto const& job : configuration.jobs) {
        known.push_back(job.name);
        bool const is_named = std::find(names.begin(), names.end(), job.name) != names.end();
        if (is_named || (names.empty() && job.enabled)) selected.push_back(&job);
    }
    for (auto const& name : names)
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            auto const near = nearest(name, known);
            throw Error(ErrorKind::usage, fmt::format("there is no job '{}'", printable(name, 80)),
                        near ? fmt::format("Did you mean {}?", *near)
                             : fmt::format("Jobs are: {}.", fmt::join(known, ", ")));
        }
    return selected;
}

} // namespace billhouse
