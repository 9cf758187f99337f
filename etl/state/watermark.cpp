#include "state/watermark.hpp"

#include "load/session_holder.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

std::optional<Date> date_in(std::optional<std::string> const& field) {
    return field ? std::optional(calendar_date(field)) : std::nullopt;
}

SqlValue value_of(std::optional<Date> date) {
    return date ? SqlValue(to_string(*date)) : SqlValue(std::nullopt);
}

} // namespace

Watermark::Watermark(PgSession& session, std::int32_t stream_id, std::string scope)
    : session_(session), stream_id_(stream_id), scope_(std::move(scope)) {}

std::optional<Date> Watermark::read() {
    auto const rows = session_.run(state_sql::watermark_read, {stream_id_, scope_});
    return rows.empty() ? std::nullopt : date_in(rows[0][0]);
}

std::optional<Date> Watermark::lock() {
    try {
        auto rows = session_.run(state_sql::watermark_lock, {stream_id_, scope_});
        if (rows.empty()) {
            session_.run(state_sql::watermark_create, {stream_id_, scope_});
            rows = session_.run(state_sql::watermark_lock, {stream_id_, scope_});
        }
        return date_in(rows[0][0]);
    } catch (Error const& error) {
        if (error.kind() != ErrorKind::try_later) throw;
        session_.rollback();
        auto const holder = session_.run(state_sql::watermark_holder, {stream_id_, scope_});
        if (holder.empty()) throw;
        throw Error(ErrorKind::try_later,
                    fmt::format("another load of the stream holds its watermark: {}", name_holder(holder[0])),
                    "Nothing was changed. The next run goes on; if that session is stuck, end it.");
    }
}

std::optional<Date> Watermark::advance(std::optional<Date> seen, Date today, std::int64_t run_id) {
    auto const rows = session_.run(state_sql::watermark_advance,
                                   {stream_id_, scope_, value_of(seen), to_string(today), run_id});
    auto const target = date_in(rows[0][0]);
    auto const now = date_in(rows[0][1]);
    if (target && !now)
        throw Error(ErrorKind::try_later, "the watermark was moved by another load since this one locked it",
                    "Nothing was changed. The next run goes on.");
    return now;
}

} // namespace billhouse
