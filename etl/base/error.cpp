#include "base/error.hpp"

#include <fmt/format.h>

namespace billhouse {

std::string_view name_of(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::usage:
        return "usage";
    case ErrorKind::data:
        return "data";
    case ErrorKind::unavailable:
        return "unavailable";
    case ErrorKind::bug:
        return "bug";
    case ErrorKind::local_io:
        return "local_io";
    case ErrorKind::try_later:
        return "try_later";
    case ErrorKind::refused:
        return "refused";
    case ErrorKind::config:
        return "config";
    }
    return "bug";
}

int seriousness(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::usage:
        return 8;
    case ErrorKind::bug:
        return 7;
    case ErrorKind::config:
        return 6;
    case ErrorKind::refused:
        return 5;
    case ErrorKind::data:
        return 4;
    case ErrorKind::local_io:
        return 3;
    case ErrorKind::unavailable:
        return 2;
    case ErrorKind::try_later:
        return 1;
    }
    return 7;
}

Error Error::within(std::string_view doing) const {
    return {kind_, fmt::format("{}: {}", doing, what()), hint_};
}

} // namespace billhouse
