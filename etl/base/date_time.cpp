#include "base/date_time.hpp"

#include <date/tz.h>
#include <fmt/format.h>

namespace billhouse {
namespace {

using std::chrono::days;
using std::chrono::seconds;

date::time_zone const* zone_of(void const* zone) {
    return static_cast<date::time_zone const*>(zone);
}

bool is_utc(std::string_view name) {
    return name == "UTC" || name == "Etc/UTC";
}

// The files beside the zones in the system's database are no zones, nor is the machine's own setting.
bool is_zone_name(std::string_view name) {
    return !name.empty() && name != "localtime" && name != "posixrules" && name != "Factory" &&
           name.find('.') == std::string_view::npos;
}

date::local_time<std::chrono::microseconds> local(Date date, std::chrono::microseconds time_of_day) {
    return date::local_time<std::chrono::microseconds>(date.time_since_epoch() + time_of_day);
}

// Dates stand in keys and are written for every line; fmt is ten times as slow.
void write_two(unsigned value, char* place) {
    place[0] = static_cast<char>('0' + value / 10);
    place[1] = static_cast<char>('0' + value % 10);
}

} // namespace

std::string to_string(Date date) {
    std::chrono::year_month_day const calendar(date);
    int const year = static_cast<int>(calendar.year());
    auto const month = static_cast<unsigned>(calendar.month()), day = static_cast<unsigned>(calendar.day());
    if (year < 0 || year > 9999) return fmt::format("{:04}-{:02}-{:02}", year, month, day);
    std::string text = "0000-00-00";
    write_two(static_cast<unsigned>(year) / 100, text.data());
    write_two(static_cast<unsigned>(year) % 100, text.data() + 2);
    write_two(month, text.data() + 5);
    write_two(day, text.data() + 8);
    return text;
}

std::string to_string(Instant instant) {
    auto const date = std::chrono::floor<days>(instant);
    std::chrono::hh_mm_ss const time(instant - date);
    auto const fraction = time.subseconds().count();
    char clock[] = "T00:00:00";
    write_two(static_cast<unsigned>(time.hours().count()), clock + 1);
    write_two(static_cast<unsigned>(time.minutes().count()), clock + 4);
    write_two(static_cast<unsigned>(time.seconds().count()), clock + 7);
    auto text = to_string(date) + clock;
    if (fraction != 0) text += fmt::format(".{:06}", fraction);
    return text + 'Z';
}

Date first_of_month(Date date) {
    std::chrono::year_month_day const calendar(date);
    return Date(calendar.year() / calendar.month() / 1);
}

Date add_months(Date first_of_month, int months) {
    std::chrono::year_month_day const calendar(first_of_month);
    return Date(calendar + std::chrono::months(months));
}

Zone::Zone() : name_("UTC"), zone_(nullptr) {}

std::optional<Zone> Zone::find(std::string_view name) {
    Zone zone;
    if (is_utc(name)) return zone;
    if (!is_zone_name(name)) return std::nullopt;
    try {
        zone.zone_ = date::locate_zone(name);
    } catch (
        std::runtime_error const&) { // how date/tz says "no such zone", also where no database is installed
        return std::nullopt;
    }
    zone.name_ = name;
    return zone;
}

Date Zone::date_of(Instant instant) const {
    return std::chrono::floor<days>(instant + offset_at(instant));
}

Instant Zone::start_of(Date date) const {
    return to_instant(date, std::chrono::microseconds(0));
}

seconds Zone::offset_at(Instant instant) const {
    if (zone_ == nullptr) return seconds(0);
    return zone_of(zone_)->get_info(std::chrono::floor<seconds>(instant)).offset;
}

Instant Zone::to_instant(Date date, std::chrono::microseconds time_of_day) const {
    auto const shown = local(date, time_of_day);
    if (zone_ == nullptr) return Instant(shown.time_since_epoch());
    auto const info = zone_of(zone_)->get_info(shown);
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return Instant(shown.time_since_epoch() - info.first.offset);
}

} // namespace billhouse
