#pragma once

#include "base/embedded_text.hpp"
#include "base/error.hpp"
#include "job/job_definition.hpp"
#include "load/sql_value.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace billhouse {

/// The commit's answer was lost: it may have happened or not. Resolved by the ledger, never by trying again
/// blindly.
class CommitInDoubt : public Error {
public:
    using Error::Error;
};

/// One connection, used for one attempt: after any failure it is thrown away, never reused (libpqxx 6.4
/// reconnects behind our back otherwise). Each transaction sets search_path, timeouts, jit=off and
/// synchronous_commit for itself alone. A server that says nothing is given up after statement_timeout and
/// tcp_user_timeout of the connection text (30 s). Every failure is classified by SQLSTATE, type and link
/// state: unreachable or killed -> unavailable; lock or statement timeout, deadlock -> try_later; password,
/// role or privilege -> refused; unknown database -> config; disk full -> try_later; a statement that is
/// wrong -> bug.
class PgSession {
public:
    /// @param application  shown in pg_stat_activity, e.g. "billhouse run guance"
    /// @param stop  a request cancels the statement under way; it then throws Stopped
    /// @param patience  bounds each wait for the server, also for connecting; by default as said above
    PgSession(WarehouseSettings const& settings, std::optional<std::string> const& password,
              std::string application, std::stop_token stop,
              std::chrono::milliseconds patience = std::chrono::hours(48));
    ~PgSession();
    PgSession(PgSession const&) = delete;
    PgSession& operator=(PgSession const&) = delete;

    /// Runs a named statement inside the open transaction, or in one of its own where none is open.
    Rows run(EmbeddedText const& sql, std::vector<SqlValue> const& values = {});
    /// Several statements without values, inside the open transaction: migrations only.
    void run_script(std::string_view name, std::string_view text);

    void begin();
    /// A transaction that only reads, and whose statements all see one moment.
    void begin_snapshot();
    /// @throws CommitInDoubt
    void commit();
    void rollback() noexcept;
    bool in_transaction() const;

    /// For the COPY writer and reader; owned by the session.
    pg_conn* raw();
    int server_version() const; ///< 150018 = 15.18
    /// A pooler stands between: which backend works may change with each transaction, so nothing that belongs
    /// to a session may be relied on.
    bool is_pooled();
    /// Runs libpq calls on raw() that may block: a stop or a silent server ends them as it ends run().
    /// @param work  returns false where libpq failed
    /// @param sql   what they execute, for a message that names who held its lock
    void exchange(std::string_view doing, std::string_view sql, std::function<bool()> const& work);
    /// How messages name a statement: "merging changed lines (merge_changed.sql)" where its first line is a
    /// clause in a comment.
    static std::string doing(EmbeddedText const& sql);

private:
    struct Impl;
    void begin_as(std::string_view isolation);
    template <class Step>
    auto naming_lock_holder(std::string_view sql, std::vector<SqlValue> const& values, Step step);

    std::unique_ptr<Impl> impl_;
};

} // namespace billhouse
