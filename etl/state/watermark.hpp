#pragma once

#include "base/date_time.hpp"
#include "load/pg_session.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace billhouse {

/// etl.watermark: the end of the unbroken run of complete slices of one stream and scope. Derived from the
/// ledger, moved only in the transaction that loads a slice, never back.
class Watermark {
public:
    Watermark(PgSession& session, std::int32_t stream_id, std::string scope);
    /// nullopt before the first slice.
    std::optional<Date> read();
    /// Takes the row's lock for this transaction (creating the row first where there is none): the one gate
    /// that all loads of a stream and scope pass.
    /// @throws Error(try_later)  another session holds it beyond lock_timeout; the message names it
    std::optional<Date> lock();
    /// Compare-and-set to the ledger's unbroken end, which never passes `today`.
    /// @param seen  what lock() returned
    /// @returns the new value where it moved
    std::optional<Date> advance(std::optional<Date> seen, Date today, std::int64_t run_id);

private:
    PgSession& session_;
    std::int32_t stream_id_;
    std::string scope_;
};

} // namespace billhouse
