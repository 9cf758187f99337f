#include "load/copy_reader.hpp"

#include "load/copy_format.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <exception>
#include <memory>

namespace billhouse {

namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Message = std::unique_ptr<char, decltype(&PQfreemem)>;

constexpr std::size_t kFieldCount = 2, kLengthSize = 4; ///< bytes before a row, before a field

/// libpq hands over one message a row; the header comes with the first, and the trailer is a row of its own
/// with field count -1.
class Messages {
public:
    explicit Messages(pg_conn* connection) : connection_(connection) {}

    /// @returns an empty view after the last row
    std::string_view next_row() {
        for (;;) {
            char* text = nullptr;
            auto const size = PQgetCopyData(connection_, &text, 0);
            message_.reset(text);
            if (size < 0) return {}; // -1 end, -2 failed: the result tells
            std::string_view row(text, static_cast<std::size_t>(size));
            if (row.starts_with(kCopySignature.substr(0, 11))) row.remove_prefix(kCopySignature.size());
            if (row.size() > kFieldCount) return row.substr(kFieldCount);
        }
    }

private:
    pg_conn* connection_;
    Message message_{nullptr, &PQfreemem};
};

bool ended_well(pg_conn* connection) {
    bool well = true;
    while (Result const result{PQgetResult(connection), &PQclear})
        well = well && PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    return well;
}

} // namespace

std::string_view CopyRow::field(std::size_t length) {
    auto const wrong = [&] {
        return Error(ErrorKind::bug,
                     fmt::format("{}: a field is missing or not {} bytes long", doing_, length));
    };
    if (rest_.size() < kLengthSize + length) throw wrong();
    std::uint32_t told = 0;
    for (auto const byte : rest_.substr(0, kLengthSize))
        told = told << 8 | static_cast<unsigned char>(byte);
    if (told != length) throw wrong();
    auto const value = rest_.substr(kLengthSize, length);
    rest_.remove_prefix(kLengthSize + length);
    return value;
}

std::uint64_t CopyRow::number(std::size_t length) {
    std::uint64_t value = 0;
    for (auto const byte : field(length))
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

std::int64_t CopyRow::bigint() {
    return static_cast<std::int64_t>(number(8));
}

Uuid CopyRow::uuid() {
    Uuid uuid;
    std::ranges::transform(field(uuid.bytes.size()), uuid.bytes.begin(),
                           [](char byte) { return static_cast<std::uint8_t>(byte); });
    return uuid;
}

Date CopyRow::date() {
    auto const days = static_cast<std::int32_t>(static_cast<std::uint32_t>(number(4)));
    return kPostgresEpoch + std::chrono::days(days);
}

void read_copy(PgSession& session, EmbeddedText const& statement, std::function<void(CopyRow&)> const& take) {
    auto const doing = PgSession::doing(statement);
    std::exception_ptr
        refused; // an exception of `take` must not leave the connection in the middle of a COPY
    session.exchange(doing, statement.text, [&] {
        Result const started{PQexec(session.raw(), std::string(statement.text).c_str()), &PQclear};
        if (PQresultStatus(started.get()) != PGRES_COPY_OUT) return false;
        Messages messages(session.raw());
        for (auto row = messages.next_row(); !row.empty(); row = messages.next_row()) {
            if (refused) continue;
            try {
                CopyRow fields(row, doing);
                take(fields);
            } catch (...) {
                refused = std::current_exception();
            }
        }
        return ended_well(session.raw());
    });
    if (refused) std::rethrow_exception(refused);
}

} // namespace billhouse
