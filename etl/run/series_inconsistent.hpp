#pragma once

#include "base/error.hpp"

namespace billhouse {

/// The vendor's pages contradict each other. A second look may find them at rest.
class SeriesInconsistent : public Error {
public:
    explicit SeriesInconsistent(Error const& error) : Error(error) {}
};

/// Calls something that holds pages against each other.
template <class Check>
auto consistent(Check check) {
    try {
        return check();
    } catch (Error const& error) {
        if (error.kind() == ErrorKind::data) throw SeriesInconsistent(error);
        throw;
    }
}

} // namespace billhouse
