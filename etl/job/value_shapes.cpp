#include "job/value_shapes.hpp"

#include "base/text.hpp"
#include "job/text_form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>

namespace billhouse {

namespace {

using std::chrono::milliseconds;

struct Unit {
    std::string_view name;
    std::int64_t factor;
};
constexpr auto kTimeUnits = std::to_array<Unit>({{"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}});
constexpr auto kByteUnits =
    std::to_array<Unit>({{"GiB", 1LL << 30}, {"MiB", 1LL << 20}, {"KiB", 1LL << 10}, {"B", 1}});

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "60s" -> 60 and "s"; one space between is allowed. No leading zeros.
std::optional<std::pair<std::int64_t, std::string>> number_and_unit(std::string_view text) {
    auto const end =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    if (end > 1 && text[0] == '0') return std::nullopt;
    auto const number = parse_integer(text.substr(0, end));
    if (!number) return std::nullopt;
    auto unit = text.substr(end);
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    return std::pair(*number, std::string(unit));
}

template <std::size_t N>
std::optional<std::int64_t> quantity(std::string_view text, std::array<Unit, N> const& units) {
    auto const parts = number_and_unit(text);
    if (!parts) return std::nullopt;
    for (auto const& unit : units)
        if (unit.name == parts->second &&
            parts->first <= std::numeric_limits<std::int64_t>::max() / unit.factor)
            return parts->first * unit.factor;
    return std::nullopt;
}

template <std::size_t N>
std::string with_unit(std::int64_t value, std::array<Unit, N> const& units) {
    for (auto const& unit : units)
        if (value >= unit.factor && value % unit.factor == 0)
            return fmt::format("{}{}", value / unit.factor, unit.name);
    return fmt::format("0{}", units.back().name);
}

/// A quantity with a unit, between two bounds.
template <class T, std::size_t N>
Shape<T> bounded_quantity(std::string what, std::string hint, std::array<Unit, N> const& units,
                          std::int64_t least, std::int64_t most) {
    ValueDescription description;
    description.words = fmt::format("{}, {} .. {}", what, with_unit(least, units), with_unit(most, units));
    description.pattern = "^[0-9]+ ?(";
    for (auto const& unit : units)
        description.pattern += fmt::format("{}{}", &unit == units.data() ? "" : "|", unit.name);
    description.pattern += ")$";
    return {description, [=](YamlNode const& node, Reading& reading) -> std::optional<T> {
                auto const value =
                    node.kind == YamlNode::Kind::scalar ? quantity(node.text, units) : std::nullopt;
                if (!value) return reading.expected("a " + what, node, hint), std::nullopt;
                if (*value >= least && *value <= most) return T(*value);
                reading.report(node, fmt::format("must be {} .. {}, is {}", with_unit(least, units),
                                                 with_unit(most, units), node.text));
                return std::nullopt;
            }};
}

std::optional<std::int64_t> strict_integer(std::string_view text) {
    bool const negative = text.starts_with('-');
    auto const digits = text.substr(negative ? 1 : 0);
    if (digits.size() > 1 && digits[0] == '0') return std::nullopt;
    auto const value = parse_integer(digits);
    if (!value || (negative && *value == 0)) return std::nullopt;
    return negative ? -*value : *value;
}

/// "12.5" -> 125: a share has at most one place after the point.
std::optional<int> tenths(std::string_view number) {
    static std::regex const form("(0|[1-9][0-9]{0,2})(\\.[0-9])?");
    if (!fits(number, form)) return std::nullopt;
    auto const point = number.find('.');
    auto const whole = static_cast<int>(*parse_integer(number.substr(0, point)));
    return whole * 10 + (point == std::string_view::npos ? 0 : number[point + 1] - '0');
}

/// "7 days", "1 day": the number, where the word after it is `one` or, with an s, its plural.
std::optional<int> counted(std::string_view text, std::string_view one) {
    auto const parts = number_and_unit(text);
    if (!parts || parts->first > 100'000) return std::nullopt;
    if (parts->second != one && parts->second != std::string(one) + "s") return std::nullopt;
    return static_cast<int>(parts->first);
}

} // namespace

std::optional<std::size_t> read_choice(YamlNode const& node, std::vector<std::string> const& words,
                                       Reading& reading) {
    if (node.kind == YamlNode::Kind::scalar) {
        auto const found = std::find(words.begin(), words.end(), node.text);
        if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    }
    auto sorted = words;
    std::sort(sorted.begin(), sorted.end());
    auto const near = node.kind == YamlNode::Kind::scalar ? nearest(node.text, words) : std::nullopt;
    reading.expected(fmt::format("one of {}", fmt::join(sorted, ", ")), node,
                     near ? fmt::format("did you mean `{}`?", *near) : "");
    return std::nullopt;
}

ValueDescription describe_choice(std::vector<std::string> words) {
    ValueDescription description;
    description.words = fmt::format("one of {}", fmt::join(words, ", "));
    description.choices = std::move(words);
    return description;
}

Shape<std::string> text() {
    return parsed_text<std::string>("text", "", [](std::string const& value) -> std::optional<std::string> {
        if (value.empty()) return std::nullopt;
        return value;
    });
}

Shape<std::string> text_or_empty() {
    return parsed_text<std::string>("text", "Write \"\" for empty text.",
                                    [](std::string const& value) { return std::optional(value); });
}

std::string identifier_problem(std::string const& name) {
    static std::regex const form("[a-z][a-z0-9_]{0,62}");
    return fits(name, form)
               ? ""
               : "expected a name of lower-case letters, digits and _ (at most 63, a letter first)";
}

Shape<std::string> identifier() {
    auto shape = parsed_text<std::string>("name of lower-case letters, digits and _", "",
                                          [](std::string const& value) -> std::optional<std::string> {
                                              if (!identifier_problem(value).empty()) return std::nullopt;
                                              return value;
                                          });
    shape.description.pattern = "^[a-z][a-z0-9_]{0,62}$";
    return shape;
}

Shape<int> integer(int least, int most) {
    ValueDescription description;
    description.kind = ValueDescription::Kind::integer;
    description.words = fmt::format("whole number, {} .. {}", least, most);
    description.least = least;
    description.most = most;
    return {description, [least, most](YamlNode const& node, Reading& reading) -> std::optional<int> {
                bool const plain = node.kind == YamlNode::Kind::scalar && !node.quoted;
                auto const value = plain ? strict_integer(node.text) : std::nullopt;
                if (!value)
                    return reading.expected("a whole number", node,
                                            "Write it in base 10, without quotes or leading zeros."),
                           std::nullopt;
                if (*value >= least && *value <= most) return static_cast<int>(*value);
                return reading.report(node, fmt::format("must be {} .. {}, is {}", least, most, *value)),
                       std::nullopt;
            }};
}

Shape<bool> boolean() {
    ValueDescription description;
    description.kind = ValueDescription::Kind::boolean;
    description.words = "true or false";
    return {description, [](YamlNode const& node, Reading& reading) -> std::optional<bool> {
                if (node.kind == YamlNode::Kind::scalar && !node.quoted &&
                    (node.text == "true" || node.text == "false"))
                    return node.text == "true";
                return reading.expected("true or false", node), std::nullopt;
            }};
}

Shape<milliseconds> duration(milliseconds least, milliseconds most) {
    return bounded_quantity<milliseconds>("duration",
                                          "Write a number with its unit (ms, s, min or h), such as 60s.",
                                          kTimeUnits, least.count(), most.count());
}

Shape<std::uint64_t> byte_count(std::uint64_t least, std::uint64_t most) {
    return bounded_quantity<std::uint64_t>(
        "size", "Write a number with its unit (B, KiB, MiB or GiB), such as 64MiB.", kByteUnits,
        static_cast<std::int64_t>(least), static_cast<std::int64_t>(most));
}

Shape<int> share() {
    auto shape = parsed_text<int>(
        "a share, 0% .. 100%", "Write it in percent with at most one decimal place, such as 50% or 0.5%.",
        [](std::string const& value) -> std::optional<int> {
            if (!value.ends_with('%')) return std::nullopt;
            auto const permille = tenths(std::string_view(value).substr(0, value.size() - 1));
            if (!permille || *permille > 1000) return std::nullopt;
            return permille;
        });
    shape.description.pattern = "^[0-9]{1,3}(\\.[0-9])?%$";
    return shape;
}

Shape<int> days(int least, int most) {
    auto const words = fmt::format("a number of days, {} .. {}", least, most);
    auto shape = parsed_text<int>(words, "Write the unit too: \"1 day\", \"7 days\".",
                                  [least, most](std::string const& value) -> std::optional<int> {
                                      auto const count = counted(value, "day");
                                      if (!count || *count < least || *count > most) return std::nullopt;
                                      return count;
                                  });
    shape.description.pattern = "^[0-9]+ days?$";
    return shape;
}

Shape<Step> step() {
    struct StepUnit {
        std::string_view word;
        WindowSpec::Unit unit;
        int factor;
    };
    static constexpr auto kUnits = std::to_array<StepUnit>({{"day", WindowSpec::Unit::day, 1},
                                                            {"week", WindowSpec::Unit::day, 7},
                                                            {"month", WindowSpec::Unit::month, 1},
                                                            {"year", WindowSpec::Unit::month, 12}});
    auto shape = parsed_text<Step>("a number of days, weeks, months or years, at most 366 days or months",
                                   "Write the unit too: \"1 day\", \"1 month\".",
                                   [](std::string const& value) -> std::optional<Step> {
                                       for (auto const& each : kUnits)
                                           if (auto const count = counted(value, each.word))
                                               if (*count >= 1 && *count * each.factor <= 366)
                                                   return Step{each.unit, *count * each.factor};
                                       return std::nullopt;
                                   });
    shape.description.pattern = "^[0-9]+ (day|week|month|year)s?$";
    return shape;
}

Shape<RequestStep> request_step() {
    auto shape = parsed_text<RequestStep>("1, 2, 3, 4, 6, 8 or 12 hours, or a number of days, 1 .. 366",
                                          "Write the unit too: \"1 hour\", \"31 days\".",
                                          [](std::string const& value) -> std::optional<RequestStep> {
                                              auto const hours = counted(value, "hour"),
                                                         days = counted(value, "day");
                                              if (hours && *hours >= 1 && *hours <= 12 && 24 % *hours == 0)
                                                  return RequestStep{*hours, 0};
                                              if (days && *days >= 1 && *days <= 366)
                                                  return RequestStep{0, *days};
                                              return std::nullopt;
                                          });
    shape.description.pattern = "^[0-9]+ (hour|day)s?$";
    return shape;
}

} // namespace billhouse
