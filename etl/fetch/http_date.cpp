#include "fetch/http_date.hpp"

#include <array>
#include <span>

namespace billhouse {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 7> kLongDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                    "Thursday", "Friday", "Saturday"};

/// Takes a text apart from the left. After the first thing that is not there nothing is found any more.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    void literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) return fail();
        rest_.remove_prefix(expected.size());
    }

    int digits(std::size_t count) {
        if (rest_.size() < count) return fail(), 0;
        int value = 0;
        for (char const c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return fail(), 0;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }

    /// Place of the name in the list, from 0.
    unsigned one_of(std::span<std::string_view const> names) {
        for (unsigned i = 0; i < names.size(); ++i) {
            if (!rest_.starts_with(names[i])) continue;
            rest_.remove_prefix(names[i].size());
            return i;
        }
        return fail(), 0;
    }

    bool next_is(char c) const { return rest_.starts_with(c); }
    bool all_read() const { return sound_ && rest_.empty(); }

private:
    void fail() {
        sound_ = false;
        rest_ = {};
    }

    std::string_view rest_;
    bool sound_ = true;
};

struct Fields {
    int year = 0;
    unsigned month = 0;
    int day = 0, hour = 0, minute = 0, second = 0;
};

void read_time(Scanner& in, Fields& fields) {
    fields.hour = in.digits(2);
    in.literal(":");
    fields.minute = in.digits(2);
    in.literal(":");
    fields.second = in.digits(2);
}

std::optional<Fields> read_fixdate(std::string_view text) {
    Scanner in(text);
    Fields fields;
    in.one_of(kDays);
    in.literal(", ");
    fields.day = in.digits(2);
    in.literal(" ");
    fields.month = in.one_of(kMonths) + 1;
    in.literal(" ");
    fields.year = in.digits(4);
    in.literal(" ");
    read_time(in, fields);
    in.literal(" GMT");
    return in.all_read() ? std::optional(fields) : std::nullopt;
}

std::optional<Fields> read_rfc850(std::string_view text, Instant now) {
    Scanner in(text);
    Fields fields;
    in.one_of(kLongDays);
    in.literal(", ");
    fields.day = in.digits(2);
    in.literal("-");
    fields.month = in.one_of(kMonths) + 1;
    in.literal("-");
    int const this_year = static_cast<int>(year_month_day(floor<days>(now)).year());
    fields.year = this_year - this_year % 100 + in.digits(2);
    if (fields.year > this_year + 50) fields.year -= 100;
    in.literal(" ");
    read_time(in, fields);
    in.literal(" GMT");
    return in.all_read() ? std::optional(fields) : std::nullopt;
}

std::optional<Fields> read_asctime(std::string_view text) {
    Scanner in(text);
    Fields fields;
    in.one_of(kDays);
    in.literal(" ");
    fields.month = in.one_of(kMonths) + 1;
    in.literal(" ");
    bool const one_digit = in.next_is(' ');
    if (one_digit) in.literal(" ");
    fields.day = in.digits(one_digit ? 1 : 2);
    in.literal(" ");
    read_time(in, fields);
    in.literal(" ");
    fields.year = in.digits(4);
    return in.all_read() ? std::optional(fields) : std::nullopt;
}

std::optional<Instant> to_instant(Fields const& fields) {
    year_month_day const date{year(fields.year), month(fields.month), day(static_cast<unsigned>(fields.day))};
    // 60 is a leap second: the grammar allows it, and it is the first second of the next minute
    if (!date.ok() || fields.hour > 23 || fields.minute > 59 || fields.second > 60) return std::nullopt;
    return sys_days(date) + hours(fields.hour) + minutes(fields.minute) + seconds(fields.second);
}

} // namespace

std::optional<Instant> parse_http_date(std::string_view text, Instant now) {
    auto fields = read_fixdate(text);
    if (!fields) fields = read_rfc850(text, now);
    if (!fields) fields = read_asctime(text);
    return fields ? to_instant(*fields) : std::nullopt;
}

} // namespace billhouse
