#pragma once

#include "base/date_time.hpp"
#include "base/sha256.hpp"
#include "load/pg_session.hpp"

#include <functional>
#include <string_view>

namespace billhouse {

/// One row of a binary COPY ... TO STDOUT. Fields are taken in order, with the type that the statement gives
/// them.
class CopyRow {
public:
    CopyRow(std::string_view bytes, std::string_view doing) : rest_(bytes), doing_(doing) {}
    std::int64_t bigint();
    Uuid uuid();
    Date date();

private:
    std::string_view field(std::size_t length);
    std::uint64_t number(std::size_t length);
    std::string_view rest_, doing_;
};

/// Runs a named COPY (...) TO STDOUT (FORMAT binary) and calls `take` for each row: half the bytes and a
/// fraction of the time of a SELECT.
/// @throws Error(bug)  a field that is NULL or not of the type that `take` asks for
void read_copy(PgSession& session, EmbeddedText const& statement, std::function<void(CopyRow&)> const& take);

} // namespace billhouse
