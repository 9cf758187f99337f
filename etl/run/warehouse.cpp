#include "run/warehouse.hpp"

namespace billhouse {

Warehouse::Warehouse(WarehouseSettings settings, std::optional<std::string> password, std::string purpose,
                     std::stop_token stop)
    : settings_(std::move(settings)), password_(std::move(password)), purpose_(std::move(purpose)),
      stop_(std::move(stop)) {}

PgSession& Warehouse::session() {
    if (!session_) session_ = connect();
    return *session_;
}

void Warehouse::drop_session() {
    session_.reset();
}

PgSession& Warehouse::parting_session() {
    if (!parting_session_)
        parting_session_ =
            std::make_unique<PgSession>(settings_, password_, "billhouse " + purpose_, std::stop_token());
    return *parting_session_;
}

void Warehouse::on_connect(std::function<void(PgSession&)> action) {
    on_connect_ = std::move(action);
    if (session_ && on_connect_) on_connect_(*session_);
}

std::unique_ptr<PgSession> Warehouse::connect() {
    auto session = std::make_unique<PgSession>(settings_, password_, "billhouse " + purpose_, stop_);
    if (on_connect_) on_connect_(*session);
    return session;
}

} // namespace billhouse
