#pragma once

#include "load/pg_connect.hpp"
#include "load/sql_value.hpp"

#include <exception>
#include <memory>
#include <string_view>
#include <vector>

namespace billhouse {

/// libpqxx, versions 6.4 and 7 alike, over a connection that libpq opened: transactions, and statements with
/// values. It never connects again by itself. Its exceptions have no SQLSTATE that could be relied on:
/// PgSession listens to libpq for that.
class PgDriver {
public:
    explicit PgDriver(PgHandle opened);
    ~PgDriver();

    bool in_transaction() const;
    void begin();
    Rows run(std::string_view sql, std::vector<SqlValue> const& values = {});
    /// Several statements without values.
    void run_script(std::string_view sql);
    /// After a failure the transaction is still there, and ends with rollback().
    void commit();
    void rollback();

    /// Whether a failure of commit() means that the transaction may have been committed.
    static bool leaves_in_doubt(std::exception const& failure);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace billhouse
