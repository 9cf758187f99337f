#pragma once

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billhouse {

/// Samples in Prometheus' text format, family by family; all are gauges, as a batch job starts from zero each
/// time. https://prometheus.io/docs/instrumenting/exposition_formats/
class MetricsText {
public:
    using Label = std::pair<std::string_view, std::string>;

    /// Begins a family: the samples that follow are its own.
    void family(std::string_view name, std::string_view help);
    /// @param value  a decimal number as text: what was counted exactly stays exact
    void sample(std::initializer_list<Label> labels, std::string_view value);
    std::string const& text() const { return text_; }

private:
    std::string text_, name_;
};

/// FOLDER/billhouse_JOB.prom
std::filesystem::path metrics_path(std::filesystem::path const& folder, std::string const& job);

/// The value of a family's only sample in a file written before, if there is one.
std::optional<std::string> sample_in(std::filesystem::path const& file, std::string_view family);

/// Replaces the file at once, so that a collector reads the old text or the new one, readable by everybody.
/// @throws Error(local_io)
void replace_metrics(std::filesystem::path const& file, std::string const& text);

} // namespace billhouse
