#include "job/settings.hpp"

#include "base/text.hpp"
#include "job/value_shapes.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

constexpr std::string_view kOpening = "{settings.";

std::vector<std::string> names_of(Settings const& settings) {
    std::vector<std::string> names;
    for (auto const& [name, setting] : settings)
        names.push_back(name);
    return names;
}

bool is_usable(YamlNode const& node, Reading& reading) {
    if (node.kind != YamlNode::Kind::scalar)
        return reading.expected("text, a number, true or false", node), false;
    if (node.text.find_first_of("{}") == std::string::npos) return true;
    return reading.report(node, "a setting must not contain braces",
                          "Placeholders belong where the setting is used."),
           false;
}

/// Walks a job's tree and fills in settings.
class Substitution {
public:
    Substitution(Settings& settings, Reading& reading) : settings_(settings), reading_(reading) {}

    void apply(YamlNode& node) {
        for (auto& member : node.members)
            apply(member.value);
        for (auto& element : node.elements)
            apply(element);
        if (node.kind == YamlNode::Kind::scalar && node.text.find(kOpening) != std::string::npos) fill(node);
    }

private:
    /// The setting whose placeholder starts at `at`, with the position after it.
    std::pair<Setting*, std::size_t> find(YamlNode const& node, std::size_t at) {
        auto const end = node.text.find('}', at);
        auto const name = node.text.substr(at + kOpening.size(),
                                           end == std::string::npos ? end : end - at - kOpening.size());
        auto const found = settings_.find(name);
        if (end != std::string::npos && found != settings_.end()) {
            found->second.used = true;
            return {&found->second, end + 1};
        }
        auto const near = nearest(name, names_of(settings_));
        reading_.report(node, fmt::format("unknown setting '{}'", printable(name, 80)),
                        near ? fmt::format("did you mean `{}`?", *near)
                             : "Settings are declared under `settings` of this file.");
        return {nullptr, node.text.size()};
    }

    void fill(YamlNode& node) {
        std::string filled;
        std::string origin;
        for (std::size_t at = 0; at < node.text.size();) {
            if (node.text.compare(at, 2, "{{") == 0) {
                filled += "{{";
                at += 2;
            } else if (node.text.compare(at, kOpening.size(), kOpening) == 0) {
                auto const [setting, end] = find(node, at);
                if (!setting) return;
                origin += fmt::format("{}set in {}", origin.empty() ? "" : ", ", setting->given);
                bool const alone = at == 0 && end == node.text.size();
                if (alone) node.quoted = setting->node.quoted;
                filled += setting->node.text;
                at = end;
            } else {
                filled += node.text[at++];
            }
        }
        node.text = std::move(filled);
        node.origin = std::move(origin);
    }

    Settings& settings_;
    Reading& reading_;
};

std::string place_of(YamlNode const& node, Reading const& reading) {
    return fmt::format("{}:{}:{}", reading.file(), node.mark.line, node.mark.column);
}

} // namespace

Settings read_settings(YamlNode const& job, Reading& reading) {
    Settings settings;
    auto const* const declared = job.find("settings");
    if (!declared) return settings;
    if (declared->kind != YamlNode::Kind::mapping) {
        reading.expected("a mapping of names to values", *declared);
        return settings;
    }
    for (auto const& member : declared->members) {
        auto const problem = identifier_problem(member.key);
        if (!problem.empty()) reading.report_key(*declared, member, problem);
        if (is_usable(member.value, reading))
            settings[member.key] = {member.value, place_of(member.value, reading)};
    }
    return settings;
}

void override_settings(Settings& settings, YamlNode const& overrides, Reading& reading) {
    for (auto const& member : overrides.members) {
        auto const found = settings.find(member.key);
        if (found == settings.end()) {
            reading.unknown_key(overrides, member, names_of(settings));
        } else if (is_usable(member.value, reading)) {
            found->second = {member.value, place_of(member.value, reading)};
        }
    }
}

void substitute_settings(YamlNode& job, Settings& settings, Reading& reading) {
    Substitution substitution(settings, reading);
    for (auto& member : job.members)
        if (member.key != "settings") substitution.apply(member.value);
    auto const* const declared = job.find("settings");
    if (!declared) return;
    for (auto const& member : declared->members)
        if (auto const found = settings.find(member.key); found != settings.end() && !found->second.used)
            reading.report_key(
                *declared, member, "setting is not used",
                fmt::format("Write \"{{settings.{}}}\" where its value belongs, or remove it.", member.key));
}

} // namespace billhouse
