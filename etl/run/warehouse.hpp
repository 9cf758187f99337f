#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "job/job_definition.hpp"
#include "load/pg_session.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace billhouse {

/// The way to the database for one command: opens sessions, and replaces one that failed. A session is never
/// used again after a failure.
class Warehouse {
public:
    /// @param purpose  "run guance": shown in pg_stat_activity as "billhouse run guance"
    Warehouse(WarehouseSettings settings, std::optional<std::string> password, std::string purpose,
              std::stop_token stop);
    /// From now on a server that is away is asked three times within seconds: it may just be restarting. Once
    /// it stayed away, further sessions get one try each, until one is opened.
    void try_again(Clock& clock, Log& log);
    /// The current session; opened at first use.
    PgSession& session();
    /// The current session, if one is open.
    PgSession* open_session() { return session_.get(); }
    /// Throws the session away; the next session() opens a new one and calls `on_connect`.
    void drop_session();
    /// A session that the stop request does not end, for what must still be recorded after it. It has few
    /// seconds for that.
    PgSession& parting_session();
    /// Called with each new session, e.g. to take a lock that lives as long as it does.
    void on_connect(std::function<void(PgSession&)> action);
    /// Warns, once, of a server that may lose what it said was committed.
    void warn_if_not_durable(Log& log);

private:
    std::unique_ptr<PgSession> connect();
    std::unique_ptr<PgSession> open_patiently();

    WarehouseSettings settings_;
    std::optional<std::string> password_;
    std::string purpose_;
    std::stop_token stop_;
    Clock* clock_ = nullptr;
    Log* log_ = nullptr;
    bool stayed_away_ = false, durability_told_ = false;
    std::function<void(PgSession&)> on_connect_;
    std::unique_ptr<PgSession> session_;
    std::unique_ptr<PgSession> parting_session_;
};

} // namespace billhouse
