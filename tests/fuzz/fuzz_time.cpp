#include "base/date_time.hpp"

#include "fuzz/input.hpp"
#include "fuzz/plain_time.hpp"
#include "fuzz/targets.hpp"

#include <array>

namespace billhouse {
namespace {

constexpr std::array<char const*, 8> kPatterns = {
    "date", "rfc3339", "unix", "unix_ms", "%Y-%m-%d %H:%M:%S", "%Y%m%d", "%d/%m/%Y", "%Y-%m-%dT%H:%MZ"};
constexpr std::array<char const*, 5> kZones = {"UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin",
                                               "Pacific/Apia"};

std::int64_t seconds_of(Instant instant) {
    return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

/// What the pattern's texts mean to the C library.
std::optional<std::int64_t> plain_read(std::string_view pattern, std::string_view text) {
    auto const date = [&](std::size_t year, std::size_t month, std::size_t day, int hour, int minute,
                          int second) {
        auto const number = digits_at(text, year, 4);
        return number < 1 ? std::nullopt
                          : plain_utc(number, digits_at(text, month, 2), digits_at(text, day, 2), hour,
                                      minute, second);
    };
    if (pattern == "date") return has_form("0000-00-00", text) ? date(0, 5, 8, 0, 0, 0) : std::nullopt;
    if (pattern == "%Y%m%d") return has_form("00000000", text) ? date(0, 4, 6, 0, 0, 0) : std::nullopt;
    if (pattern == "%d/%m/%Y") return has_form("00/00/0000", text) ? date(6, 3, 0, 0, 0, 0) : std::nullopt;
    if (!has_form("0000-00-00 00:00:00", text)) return std::nullopt;
    return date(0, 5, 8, digits_at(text, 11, 2), digits_at(text, 14, 2), digits_at(text, 17, 2));
}

bool has_plain_form(std::string_view pattern) {
    return pattern == "date" || pattern == "%Y%m%d" || pattern == "%d/%m/%Y" ||
           pattern == "%Y-%m-%d %H:%M:%S";
}

/// The clock in a zone shows the time again, unless it was skipped or fell into the year after the last.
void hold_in_zone(TimeFormat const& format, CivilTime const& time, Zone const& zone) {
    auto const instant = time.instant_in(zone);
    auto const day = time.date_in(zone);
    hold(zone.start_of(day) <= instant || zone.date_of(instant) != day, "a time before its day begins");
    hold(zone.date_of(zone.start_of(day)) >= day, "a day that begins on the day before");
    auto const again = format.read(format.write(instant, zone));
    if (again) hold(again->instant_in(zone) <= instant, "written and read, it is later");
}

} // namespace

void fuzz_time(std::uint8_t const* data, std::size_t size) {
    FuzzInput input(data, size);
    std::string_view const pattern = kPatterns[input.choice(kPatterns.size())];
    auto const zone = Zone::find(kZones[input.choice(kZones.size())]).value();
    auto const text = input.until('\n');
    auto const format = TimeFormat::compile(pattern).value();
    auto const time = format.read(text);
    if (has_plain_form(pattern)) {
        auto const plain = plain_read(pattern, text);
        hold(time.has_value() == plain.has_value(), "exists to one of two readers: " + std::string(text));
        if (time)
            hold(seconds_of(time->instant_in(Zone())) == *plain, "read otherwise: " + std::string(text));
    }
    if (time) hold_in_zone(format, *time, zone);
    if (auto const other = TimeFormat::compile(input.until('\n')))
        if (auto const read = other->read(input.rest())) hold_in_zone(*other, *read, zone);
}

} // namespace billhouse
