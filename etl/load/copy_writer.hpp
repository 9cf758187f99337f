#pragma once

#include "base/date_time.hpp"
#include "base/decimal.hpp"
#include "base/sha256.hpp"
#include "load/pg_session.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace billhouse {

/// COPY table (columns) FROM STDIN in binary format. Finishing is a call: a writer that goes out of scope
/// unfinished makes the COPY fail, so that half a batch never stands. Values must come in the order and with
/// the types of the statement's columns.
class CopyWriter {
public:
    /// @param statement  a named "COPY ... FROM STDIN (FORMAT binary)"
    CopyWriter(PgSession& session, EmbeddedText const& statement, int columns);
    ~CopyWriter();
    CopyWriter(CopyWriter const&) = delete;
    CopyWriter& operator=(CopyWriter const&) = delete;

    void begin_row();
    void null();
    void boolean(bool value);
    void integer(std::int32_t value);
    void bigint(std::int64_t value);
    void numeric(Decimal const& value);
    /// @throws Error(data)  a NUL byte; text that is not UTF-8 is refused by the server when the COPY ends
    void text(std::string_view value);
    void jsonb(std::string_view value);
    void bytes(std::string_view value); ///< bytea
    void uuid(Uuid const& value);
    void date(Date value);
    void timestamp(Instant value); ///< timestamptz

    template <class T, class Write>
    void optional(std::optional<T> const& value, Write write) {
        if (value)
            (this->*write)(*value);
        else
            null();
    }

    /// @returns rows written
    /// @throws Error  with the server's message, e.g. a constraint that a row breaks
    std::int64_t finish();

private:
    void check_row_is_whole() const;
    void refuse_nul(std::string_view value) const;
    void flush();

    PgSession& session_;
    std::string doing_; ///< how messages name the statement
    std::string_view sql_;
    int columns_, fields_ = 0;
    std::int64_t rows_ = 0;
    bool open_ = false; ///< the server waits for rows
    std::string buffer_;
};

} // namespace billhouse
