#include "support/sample_vendor/options.hpp"

#include <charconv>
#include <functional>
#include <map>

namespace billhouse::vendor {

namespace {

struct CommandLine {
    Options options;
    std::optional<Date> from, to;
    std::uint64_t seed = 1, apps = 36;
};

template <typename Number>
bool read(std::string_view text, Number& number, std::uint64_t least, std::uint64_t most) {
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
        return false;
    number = static_cast<Number>(value);
    return true;
}

bool read(std::string_view text, std::optional<Date>& date) {
    return (date = parse_date(text)).has_value();
}

bool read(std::string_view text, std::string& value) {
    value = text;
    return !text.empty();
}

using Setter = std::function<bool(CommandLine&, std::string_view)>;

std::map<std::string, Setter, std::less<>> const& setters() {
    using Line = CommandLine;
    using Text = std::string_view;
    static std::map<std::string, Setter, std::less<>> const table{
        {"--port", [](Line& line, Text text) { return read(text, line.options.port, 0, 65'535); }},
        {"--seed", [](Line& line, Text text) { return read(text, line.seed, 0, UINT64_MAX); }},
        {"--from", [](Line& line, Text text) { return read(text, line.from); }},
        {"--to", [](Line& line, Text text) { return read(text, line.to); }},
        {"--today", [](Line& line, Text text) { return read(text, line.options.service.today); }},
        {"--workspaces",
         [](Line& line, Text text) {
             return read(text, line.options.service.guance_model.workspaces, 1, 1000);
         }},
        {"--apps", [](Line& line, Text text) { return read(text, line.apps, 1, 1000); }},
        {"--restate-rate",
         [](Line& line, Text text) {
             return read(text, line.options.service.guance_model.restate_permille, 0, 1000);
         }},
        {"--guance-key",
         [](Line& line, Text text) { return read(text, line.options.service.guance_access.key); }},
        {"--guance-limit",
         [](Line& line, Text text) {
             return read(text, line.options.service.guance_access.requests_a_minute, 0, 1'000'000);
         }},
        {"--guance-item-key",
         [](Line& line, Text text) { return read(text, line.options.service.guance_access.item_key); }},
        {"--ocamba-token",
         [](Line& line, Text text) { return read(text, line.options.service.ocamba_access.token); }},
        {"--ocamba-limit",
         [](Line& line, Text text) {
             return read(text, line.options.service.ocamba_access.requests_a_minute, 0, 1'000'000);
         }},
    };
    return table;
}

Options finished(CommandLine line) {
    ServiceSettings& service = line.options.service;
    Date const today = service.today.value_or(today_at(std::chrono::hours(0)));
    Date const from = line.from.value_or(months_later(today, -24));
    Date const last = line.to.value_or(Date(std::chrono::days(1'000'000)));
    service.guance_model.seed = service.ocamba_model.seed = line.seed;
    service.guance_model.from = service.ocamba_model.from = from;
    service.guance_model.last = service.ocamba_model.last = last;
    service.ocamba_model.apps = static_cast<std::uint32_t>(line.apps);
    service.ocamba_model.restate_permille = service.guance_model.restate_permille;
    return line.options;
}

} // namespace

std::string usage() {
    return "usage: sample_vendor [OPTION VALUE]...\n"
           "Serves made-up billing data as Guance (/guance) and Ocamba (/ocamba) would, on 127.0.0.1 "
           "only.\n\n"
           "  --port N             0, the default, takes a free one; the address is printed\n"
           "  --with-parent        end when the process that started this one ends\n"
           "  --seed N             the same seed gives the same data (default 1)\n"
           "  --from DATE          first day with data (default two years before today)\n"
           "  --to DATE            last day with data (default none)\n"
           "  --today DATE         the vendors' calendar stands still at this day (default: the clock)\n"
           "  --workspaces N       Guance workspaces, 1 to 1000 (default 30)\n"
           "  --apps N             Ocamba apps, 1 to 1000 (default 36)\n"
           "  --restate-rate N     of 1000 rows so many are corrected on each of the five days after they "
           "appear\n"
           "                       (default 0)\n"
           "  --guance-key TEXT    the key it accepts (default sample-guance-key)\n"
           "  --guance-limit N     requests a minute; the real vendor has 20 (default 0: none)\n"
           "  --guance-item-key K  field of the item's code: tag6 (default) or billingKey\n"
           "  --ocamba-token TEXT  the token it accepts (default sample-ocamba-token)\n"
           "  --ocamba-limit N     requests a minute (default 0: none)\n";
}

std::variant<Options, std::string> read_options(int count, char const* const* arguments) {
    CommandLine line;
    for (int i = 1; i < count; ++i) {
        std::string const name = arguments[i];
        if (name == "--help") return std::string();
        if (name == "--with-parent") {
            line.options.with_parent = true;
            continue;
        }
        auto const setter = setters().find(name);
        if (setter == setters().end()) return "unknown option " + name;
        if (++i == count) return name + " needs a value";
        if (!setter->second(line, arguments[i])) return name + " has an invalid value: " + arguments[i];
    }
    return finished(std::move(line));
}

} // namespace billhouse::vendor
