#include "load/pg_driver.hpp"

#include <pqxx/pqxx>

#include <utility>

namespace billhouse {

namespace {

// All that differs between libpqxx 6 (Debian 12) and 7 (Debian 13).
#if PQXX_VERSION_MAJOR >= 7

class Connection : public pqxx::connection {
public:
    explicit Connection(PgHandle handle) : pqxx::connection(seize_raw_connection(handle.release())) {
        set_notice_handler([](pqxx::zview) {});
    }
};

pqxx::result execute(pqxx::work& work, std::string_view sql, std::vector<SqlValue> const& values) {
    pqxx::params params;
    for (auto const& value : values) {
        if (value.text())
            params.append(*value.text());
        else
            params.append();
    }
    return work.exec(sql, params);
}

#else

/// Gives libpqxx the connection that libpq opened, once.
class OpenedByLibpq final : public pqxx::connectionpolicy {
public:
    explicit OpenedByLibpq(PgHandle opened) : connectionpolicy(std::string()), handle_(std::move(opened)) {}
    handle do_startconnect(handle original) override { return original ? original : handle_.release(); }

private:
    PgHandle handle_;
};

class Connection : public pqxx::connection_base {
public:
    explicit Connection(PgHandle handle) : connection_base(policy_), policy_(std::move(handle)) {
        init();
        forbid_reconnecting();
        quiet_ = std::make_unique<pqxx::quiet_errorhandler>(*this);
    }
    ~Connection() {
        quiet_.reset();
        close();
    }

private:
    // Left alone, libpqxx 6 opens a new session on the third try after a lost one: without its settings and
    // locks.
    void forbid_reconnecting() {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        inhibit_reactivation(true);
#pragma GCC diagnostic pop
    }
    OpenedByLibpq policy_;
    std::unique_ptr<pqxx::quiet_errorhandler> quiet_;
};

pqxx::result execute(pqxx::work& work, std::string_view sql, std::vector<SqlValue> const& values) {
    std::vector<char const*> texts;
    for (auto const& value : values)
        texts.push_back(value.text() ? value.text()->c_str() : nullptr);
    return work.exec_params(std::string(sql), pqxx::prepare::make_dynamic_params(texts));
}

#endif

Rows copied(pqxx::result const& result) {
    Rows rows;
    rows.affected = static_cast<std::int64_t>(result.affected_rows());
    rows.rows_.reserve(static_cast<std::size_t>(result.size()));
    for (auto const& row : result) {
        auto& copy = rows.rows_.emplace_back();
        for (auto const& field : row) {
            if (field.is_null())
                copy.emplace_back(std::nullopt);
            else
                copy.emplace_back(std::string(field.c_str(), field.size()));
        }
    }
    return rows;
}

} // namespace

struct PgDriver::Impl {
    explicit Impl(PgHandle opened) : connection(std::move(opened)) {}
    Connection connection;
    std::unique_ptr<pqxx::work> work;
};

PgDriver::PgDriver(PgHandle opened) : impl_(std::make_unique<Impl>(std::move(opened))) {}

PgDriver::~PgDriver() = default;

bool PgDriver::in_transaction() const {
    return impl_->work != nullptr;
}

void PgDriver::begin() {
    impl_->work = std::make_unique<pqxx::work>(impl_->connection);
}

Rows PgDriver::run(std::string_view sql, std::vector<SqlValue> const& values) {
    return copied(execute(*impl_->work, sql, values));
}

void PgDriver::run_script(std::string_view sql) {
    impl_->work->exec(std::string(sql));
}

void PgDriver::commit() {
    impl_->work->commit();
    impl_->work.reset();
}

// libpqxx rolls back where commit() was not reached, and keeps failures of it to itself.
void PgDriver::rollback() {
    impl_->work.reset();
}

bool PgDriver::leaves_in_doubt(std::exception const& failure) {
    return dynamic_cast<pqxx::in_doubt_error const*>(&failure) != nullptr;
}

} // namespace billhouse
