#include "load/copy_writer.hpp"

#include "base/text.hpp"
#include "load/copy_format.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <limits>
#include <memory>

namespace billhouse {

namespace {

/// Bytes kept before they go to the socket. Sizes from one row to 256 kB load equally fast; this one keeps
/// the calls few.
constexpr std::size_t kBufferSize = 64 * 1024;

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// Takes all results of the exchange. @returns whether the last one has the status wanted
bool drain(pg_conn* connection, ExecStatusType wanted) {
    bool all = true;
    while (Result const result{PQgetResult(connection), &PQclear})
        all = all && PQresultStatus(result.get()) == wanted;
    return all;
}

std::int32_t checked_length(std::size_t length) {
    if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
        throw Error(ErrorKind::data, "a value is larger than the 2 GiB that COPY can carry");
    return static_cast<std::int32_t>(length);
}

} // namespace

CopyWriter::CopyWriter(PgSession& session, EmbeddedText const& statement, int columns)
    : session_(session), doing_(PgSession::doing(statement)), sql_(statement.text), columns_(columns) {
    buffer_.reserve(kBufferSize + 4096);
    session_.exchange(doing_, sql_, [&] {
        Result const result{PQexec(session_.raw(), std::string(statement.text).c_str()), &PQclear};
        return PQresultStatus(result.get()) == PGRES_COPY_IN;
    });
    open_ = true;
    buffer_.append(kCopySignature);
}

CopyWriter::~CopyWriter() {
    if (!open_) return;
    try {
        session_.exchange(doing_, sql_, [&] {
            PQputCopyEnd(session_.raw(), "the loader gave up");
            return drain(session_.raw(), PGRES_COMMAND_OK);
        });
    } catch (std::exception const&) { // the failed COPY was the purpose: the transaction can only be rolled
                                      // back now
    }
}

void CopyWriter::begin_row() {
    check_row_is_whole();
    if (buffer_.size() >= kBufferSize) flush();
    append_int16(buffer_, static_cast<std::int16_t>(columns_));
    ++rows_;
    fields_ = 0;
}

void CopyWriter::check_row_is_whole() const {
    if (rows_ > 0 && fields_ != columns_)
        throw Error(ErrorKind::bug,
                    fmt::format("{}: row {} has {} of {} fields", doing_, rows_, fields_, columns_));
}

void CopyWriter::null() {
    append_int32(buffer_, -1);
    ++fields_;
}

void CopyWriter::boolean(bool value) {
    append_int32(buffer_, 1);
    buffer_.push_back(value ? '\1' : '\0');
    ++fields_;
}

void CopyWriter::integer(std::int32_t value) {
    append_int32(buffer_, 4);
    append_int32(buffer_, value);
    ++fields_;
}

void CopyWriter::bigint(std::int64_t value) {
    append_int32(buffer_, 8);
    append_int64(buffer_, value);
    ++fields_;
}

void CopyWriter::numeric(Decimal const& value) {
    append_numeric(buffer_, value);
    ++fields_;
}

void CopyWriter::text(std::string_view value) {
    refuse_nul(value);
    bytes(value);
}

void CopyWriter::jsonb(std::string_view value) {
    refuse_nul(value);
    append_int32(buffer_, checked_length(value.size() + 1));
    buffer_.push_back(kJsonbVersion);
    buffer_.append(value);
    ++fields_;
}

/// A large value goes in pieces: nobody needs a second whole copy only to pass it on, and the server begins
/// while the rest is on its way. What COPY sends at once need not end with a row.
void CopyWriter::bytes(std::string_view value) {
    append_int32(buffer_, checked_length(value.size()));
    while (value.size() > kBufferSize) {
        buffer_.append(value.substr(0, kBufferSize));
        value.remove_prefix(kBufferSize);
        flush();
    }
    buffer_.append(value);
    ++fields_;
}

void CopyWriter::uuid(Uuid const& value) {
    append_int32(buffer_, 16);
    for (auto const byte : value.bytes)
        buffer_.push_back(static_cast<char>(byte));
    ++fields_;
}

void CopyWriter::date(Date value) {
    integer(static_cast<std::int32_t>((value - kPostgresEpoch).count()));
}

void CopyWriter::timestamp(Instant value) {
    bigint((value - kPostgresEpoch).count());
}

void CopyWriter::refuse_nul(std::string_view value) const {
    auto const at = value.find('\0');
    if (at != value.npos)
        throw Error(
            ErrorKind::data,
            fmt::format(
                "{}: row {}, field {} has a NUL byte at position {}, which PostgreSQL cannot hold: \"{}\"",
                doing_, rows_, fields_ + 1, at, printable(value, 80)));
}

std::int64_t CopyWriter::finish() {
    check_row_is_whole();
    append_int16(buffer_, kCopyTrailer);
    flush();
    session_.exchange(doing_, sql_, [&] {
        bool const sent = PQputCopyEnd(session_.raw(), nullptr) == 1;
        open_ = false;
        return drain(session_.raw(), PGRES_COMMAND_OK) && sent;
    });
    return rows_;
}

void CopyWriter::flush() {
    session_.exchange(doing_, sql_, [&] {
        return PQputCopyData(session_.raw(), buffer_.data(), static_cast<int>(buffer_.size())) == 1;
    });
    buffer_.clear();
}

} // namespace billhouse
