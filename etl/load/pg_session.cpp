#include "load/pg_session.hpp"

#include "base/failpoint.hpp"
#include "base/text.hpp"
#include "load/breakable_link.hpp"
#include "load/link_watch.hpp"
#include "load/lock_holder.hpp"
#include "load/pg_connect.hpp"
#include "load/pg_driver.hpp"
#include "load/pg_failure.hpp"

#include "load_sql.hpp"

#include <fmt/format.h>
#include <libpq-events.h>
#include <libpq-fe.h>

#include <algorithm>

namespace billhouse {

namespace {

constexpr std::string_view kLockNotAvailable = "55P03";

std::string field_of(PGresult const* result, int code) {
    auto const* text = PQresultErrorField(result, code);
    return text ? text : "";
}

PgFailure failure_in(PGresult const* result) {
    PgFailure failure{field_of(result, PG_DIAG_SQLSTATE),       field_of(result, PG_DIAG_MESSAGE_PRIMARY),
                      field_of(result, PG_DIAG_MESSAGE_DETAIL), field_of(result, PG_DIAG_MESSAGE_HINT),
                      field_of(result, PG_DIAG_CONTEXT),        0};
    failure.position =
        static_cast<int>(parse_integer(field_of(result, PG_DIAG_STATEMENT_POSITION)).value_or(0));
    return failure;
}

/// libpq calls this for every result, before libpqxx turns a failed one into an exception without SQLSTATE
/// (6.4: deadlocks, lost connections). The first failure since the last reset is kept: later ones follow from
/// it.
int note_failure(PGEventId event, void* info, void* kept) {
    if (event != PGEVT_RESULTCREATE) return 1;
    auto const* result = static_cast<PGEventResultCreate const*>(info)->result;
    auto& failure = *static_cast<PgFailure*>(kept);
    if (PQresultStatus(result) == PGRES_FATAL_ERROR && failure.message.empty()) failure = failure_in(result);
    return 1;
}

/// 1-based line and column of a 1-based character position; UTF-8 continuation bytes are not characters.
std::string line_and_column(std::string_view text, int position) {
    int line = 1, column = 1;
    for (auto const byte : text) {
        if ((static_cast<unsigned char>(byte) & 0xC0U) == 0x80U) continue;
        if (--position == 0) break;
        if (byte == '\n')
            ++line, column = 1;
        else
            ++column;
    }
    return fmt::format("{}:{}", line, column);
}

} // namespace

struct PgSession::Impl {
    PgFailure failure;
    std::stop_token stop;
    pg_conn* raw;
    PgDriver driver;
    LinkWatch watch;
    BreakableLink breakable;
    std::vector<SqlValue> limits; ///< of each transaction, as session_settings.sql takes them

    Impl(PgHandle handle, WarehouseSettings const& settings, std::stop_token const& stop_token,
         std::chrono::milliseconds patience)
        : stop(stop_token), raw(handle.get()), driver(std::move(handle)),
          watch(raw, stop_token, std::min(patience, settings.statement_timeout + longest_silence(raw))),
          breakable(raw), limits{fmt::format("{}ms", settings.statement_timeout.count()),
                                 fmt::format("{}ms", settings.lock_timeout.count())} {
        if (!PQregisterEventProc(raw, &note_failure, "billhouse", &failure)) throw std::bad_alloc();
    }
    bool link_lost() const { return PQstatus(raw) != CONNECTION_OK; }
    bool was_stopped() const { return stop.stop_requested() && failure.sqlstate == "57014"; }

    /// The failure to report: the server's own words, else libpq's.
    PgFailure last_failure(std::string_view otherwise) const {
        if (!failure.message.empty()) return failure;
        std::string text = PQerrorMessage(raw);
        if (text.empty()) text = otherwise;
        std::ranges::replace(text, '\n', ' ');
        PgFailure from_libpq;
        from_libpq.message = trimmed(text);
        return from_libpq;
    }

    template <class Work>
    auto guarded(std::string_view what, Work exchange) {
        if (stop.stop_requested()) throw Stopped();
        failure = {};
        try {
            LinkWatch::Exchange const under_way(watch, LinkWatch::OnStop::cancel);
            return exchange();
        } catch (std::bad_alloc const&) {
            throw;
        } catch (std::exception const& caught) {
            fail(what, caught.what());
        }
    }

    [[noreturn]] void fail(std::string_view what, std::string_view otherwise) const {
        if (was_stopped() || (stop.stop_requested() && link_lost())) throw Stopped();
        throw classify(last_failure(otherwise), link_lost(), what);
    }
};

PgSession::PgSession(WarehouseSettings const& settings, std::optional<std::string> const& password,
                     std::string application, std::stop_token stop, std::chrono::milliseconds patience)
    : impl_(std::make_unique<Impl>(open_connection(settings, password, application, stop, patience), settings,
                                   stop, patience)) {
    FAILPOINT("database.connected");
}

PgSession::~PgSession() {
    rollback();
}

/// The wait is over and the transaction lost: it ends here, and the session looks who was in its way.
template <class Step>
auto PgSession::naming_lock_holder(std::string_view sql, std::vector<SqlValue> const& values, Step step) {
    try {
        return step();
    } catch (Error const& error) {
        if (impl_->failure.sqlstate != kLockNotAvailable) throw;
        rollback();
        auto const holder = lock_holder(*this, named_relations(sql, values));
        if (!holder) throw;
        throw Error(
            error.kind(), fmt::format("{}: {}", error.what(), *holder),
            "The next run goes on; if that session is stuck, end it: SELECT pg_terminate_backend(...).");
    }
}

Rows PgSession::run(EmbeddedText const& sql, std::vector<SqlValue> const& values) {
    if (in_transaction())
        return naming_lock_holder(sql.text, values, [&] {
            return impl_->guarded(doing(sql), [&] { return impl_->driver.run(sql.text, values); });
        });
    begin();
    try {
        auto rows = run(sql, values);
        commit();
        return rows;
    } catch (...) {
        rollback();
        throw;
    }
}

void PgSession::run_script(std::string_view name, std::string_view text) {
    if (!in_transaction())
        throw Error(ErrorKind::bug, fmt::format("{}: a script needs an open transaction", name));
    auto const what = fmt::format("running {}", name);
    if (text.find('\0') != text.npos)
        throw Error(ErrorKind::bug, fmt::format("{}: the script holds a NUL byte", what));
    naming_lock_holder(text, {}, [&] {
        impl_->guarded(what, [&] {
            try {
                impl_->driver.run_script(text);
            } catch (std::exception const&) {
                auto& failure = impl_->failure;
                if (failure.position > 0)
                    failure.message = fmt::format("{}:{}: {}", name, line_and_column(text, failure.position),
                                                  failure.message);
                throw;
            }
        });
    });
}

void PgSession::begin() {
    begin_as(load_sql::transaction_isolation.text);
}

void PgSession::begin_snapshot() {
    begin_as(load_sql::snapshot_isolation.text);
}

void PgSession::begin_as(std::string_view isolation) {
    if (in_transaction()) throw Error(ErrorKind::bug, "a transaction is open already");
    try {
        impl_->guarded("opening a transaction", [&] {
            impl_->driver.begin();
            impl_->driver.run_script(isolation);
            impl_->driver.run(load_sql::session_settings.text, impl_->limits);
        });
    } catch (...) {
        rollback();
        throw;
    }
}

void PgSession::commit() {
    if (!in_transaction()) throw Error(ErrorKind::bug, "there is no transaction to commit");
    FAILPOINT("commit.sending");
    impl_->failure = {};
    // A server answers COMMIT of a failed transaction with ROLLBACK, and no error: it must not even be asked.
    if (PQtransactionStatus(impl_->raw) == PQTRANS_INERROR)
        throw Error(ErrorKind::bug,
                    "a transaction was to be committed after one of its statements had failed");
    if (impl_->link_lost()) impl_->fail("committing", "no reason given");
    try {
        LinkWatch::Exchange const under_way(impl_->watch, LinkWatch::OnStop::finish);
        impl_->driver.commit();
    } catch (std::exception const& caught) {
        auto const failure = impl_->last_failure(caught.what());
        if (impl_->link_lost() || PgDriver::leaves_in_doubt(caught))
            throw CommitInDoubt(ErrorKind::unavailable,
                                fmt::format("committing: the answer was lost: {}", failure.message),
                                "The ledger tells whether it happened; the next run looks there.");
        throw classify(failure, false, "committing");
    }
    FAILPOINT("commit.done");
}

void PgSession::rollback() noexcept {
    if (!in_transaction()) return;
    try {
        LinkWatch::Exchange const under_way(impl_->watch, LinkWatch::OnStop::finish);
        impl_->driver.rollback();
    } catch (...) { // a lock that fails: the server rolls back when the connection closes
    }
}

bool PgSession::in_transaction() const {
    return impl_->driver.in_transaction();
}

pg_conn* PgSession::raw() {
    return impl_->raw;
}

int PgSession::server_version() const {
    return PQserverVersion(impl_->raw);
}

bool PgSession::is_pooled() {
    return integer(run(load_sql::backend_pid)[0][0]) != PQbackendPID(impl_->raw);
}

void PgSession::exchange(std::string_view what, std::string_view sql, std::function<bool()> const& work) {
    naming_lock_holder(sql, {}, [&] {
        impl_->guarded(what, [&] {
            if (!work()) throw std::runtime_error("no reason given");
        });
    });
}

/// A comment that is a sentence says why, not what: it is not taken.
std::string PgSession::doing(EmbeddedText const& sql) {
    auto const line = sql.text.substr(0, sql.text.find('\n'));
    bool const says = line.starts_with("-- ") && line.size() > 3 && line[3] >= 'a' && line[3] <= 'z' &&
                      !line.ends_with('.');
    return says ? fmt::format("{} ({})", line.substr(3), sql.name) : fmt::format("running {}", sql.name);
}

} // namespace billhouse
