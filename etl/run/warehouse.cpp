#include "run/warehouse.hpp"

#include "run_sql.hpp"

#include <array>

namespace billhouse {

namespace {

using namespace std::chrono_literals;

/// Between the tries. A server that restarts is there again by then.
constexpr std::array kPauses{1000ms, 4000ms};

/// A process must end within 10 s of a signal, whatever the server does: it may have 3 s for the end of what
/// was under way, and then so long for each step of the last words.
constexpr auto kPartingPatience = 2500ms;

bool may_come_back(Error const& error) {
    return error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::try_later;
}

} // namespace

Warehouse::Warehouse(WarehouseSettings settings, std::optional<std::string> password, std::string purpose,
                     std::stop_token stop)
    : settings_(std::move(settings)), password_(std::move(password)), purpose_(std::move(purpose)),
      stop_(std::move(stop)) {}

void Warehouse::try_again(Clock& clock, Log& log) {
    clock_ = &clock;
    log_ = &log;
}

PgSession& Warehouse::session() {
    if (!session_) session_ = connect();
    return *session_;
}

void Warehouse::drop_session() {
    session_.reset();
}

PgSession& Warehouse::parting_session() {
    if (!parting_session_)
        parting_session_ = std::make_unique<PgSession>(settings_, password_, "billhouse " + purpose_,
                                                       std::stop_token(), kPartingPatience);
    return *parting_session_;
}

void Warehouse::on_connect(std::function<void(PgSession&)> action) {
    on_connect_ = std::move(action);
    if (session_ && on_connect_) on_connect_(*session_);
}

void Warehouse::warn_if_not_durable(Log& log) {
    if (durability_told_) return;
    durability_told_ = true;
    for (auto const& row : session().run(run_sql::lost_durability))
        log.warning("the database may lose what it has committed when its machine fails",
                    {{"setting", row[0].value() + " = off"}});
}

std::unique_ptr<PgSession> Warehouse::connect() {
    auto session = open_patiently();
    if (on_connect_) on_connect_(*session);
    return session;
}

std::unique_ptr<PgSession> Warehouse::open_patiently() {
    for (auto pause = kPauses.begin();; ++pause) {
        try {
            auto session = std::make_unique<PgSession>(settings_, password_, "billhouse " + purpose_, stop_);
            stayed_away_ = false;
            return session;
        } catch (Error const& error) {
            bool const last = !clock_ || stayed_away_ || pause == kPauses.end();
            stayed_away_ = may_come_back(error);
            if (last || !stayed_away_) throw;
            stayed_away_ = false;
            log_->warning("connecting to the warehouse once more", {{"reason", error.what()}});
            clock_->wait(*pause, stop_);
        }
    }
}

} // namespace billhouse
