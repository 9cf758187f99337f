#pragma once

#include "job/job_definition.hpp"
#include "job/schema.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// Shapes of single values. Nothing is guessed: a plain scalar means what its key says, and every quantity
/// has its unit written out.
namespace billhouse {

/// Any text that is not empty. Numbers and true/false stand for their own characters.
Shape<std::string> text();
/// Also '' (written with quotes).
Shape<std::string> text_or_empty();
/// A lower-case identifier: [a-z][a-z0-9_]*, at most 63 characters, as PostgreSQL allows for names.
Shape<std::string> identifier();
std::string identifier_problem(std::string const& name); ///< empty = none
/// Decimal, no sign but '-', no leading zeros, no quotes.
Shape<int> integer(int least, int most);
/// true or false, nothing else.
Shape<bool> boolean();
/// "500ms", "60s", "15min", "2h".
Shape<std::chrono::milliseconds> duration(std::chrono::milliseconds least, std::chrono::milliseconds most);
/// "4096B", "512KiB", "64MiB", "1GiB".
Shape<std::uint64_t> byte_count(std::uint64_t least, std::uint64_t most);
/// "50%", "0.5%": in per mille, 0..1000.
Shape<int> share();
/// "7 days", "1 day".
Shape<int> days(int least, int most);
/// "1 day", "2 weeks" (14 days), "3 months", "1 year" (12 months).
struct Step {
    WindowSpec::Unit unit = WindowSpec::Unit::day;
    int count = 1;
};
Shape<Step> step();
/// "1 hour", "6 hours" (what divides a day), "31 days": one of both is 0.
struct RequestStep {
    int hours = 0, days = 0;
};
Shape<RequestStep> request_step();
Shape<Date> calendar_date();
Shape<Zone> time_zone();
Shape<TimeFormat> time_format();
/// ISO 4217: three upper-case letters.
Shape<std::string> currency();
/// scheme://host[:port][/path]; https, or http to a loopback host; no user, query or fragment.
Shape<std::string> base_url();
/// A file name that begins with '/'.
Shape<std::string> absolute_path();
/// A value of a JSON document: quoted is text; true, false, null and numbers mean themselves; any other plain
/// text is text.
Shape<Scalar> json_scalar();
/// {credential: NAME}, {file: /PATH} or {env: NAME}. Text is refused and never repeated in the message.
Shape<SecretReference> secret_reference();

/// One of several words.
template <class T>
Shape<T> choice(std::vector<std::pair<std::string, T>> choices);

/// Reads a choice's word; reports the sorted list of choices.
std::optional<std::size_t> read_choice(YamlNode const& node, std::vector<std::string> const& words,
                                       Reading& reading);
ValueDescription describe_choice(std::vector<std::string> words);

template <class T>
Shape<T> choice(std::vector<std::pair<std::string, T>> choices) {
    std::vector<std::string> words;
    for (auto const& each : choices)
        words.push_back(each.first);
    return {describe_choice(words),
            [choices, words](YamlNode const& node, Reading& reading) -> std::optional<T> {
                auto const index = read_choice(node, words, reading);
                if (!index) return std::nullopt;
                return choices[*index].second;
            }};
}

/// A shape that reads a scalar's text through `parse`; where that fails, "expected <words>, found ..." and
/// the hint are reported.
template <class T>
Shape<T> parsed_text(std::string words, std::string hint,
                     std::function<std::optional<T>(std::string const&)> parse) {
    ValueDescription description;
    description.words = words;
    return {description, [words, hint, parse](YamlNode const& node, Reading& reading) -> std::optional<T> {
                if (node.kind == YamlNode::Kind::scalar)
                    if (auto value = parse(node.text)) return value;
                return reading.expected(words, node, hint), std::nullopt;
            }};
}

} // namespace billhouse
