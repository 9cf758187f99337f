#pragma once

#include "load/pg_session.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// One file of migrations/: NNNN_title.sql.
struct Migration {
    int version;
    std::string title;
    std::string_view sql;
    std::string checksum; ///< SHA-256 (hex) of the file's bytes
};

/// The migrations that this binary carries, in order.
/// @throws Error(bug)  a gap or a repeated number among the files
std::vector<Migration> embedded_migrations();

struct AppliedMigration {
    int version;
    std::string title, checksum, applied_at;
};

/// Brings a warehouse to the binary's schema version, forward only.
class Migrator {
  public:
    Migrator(PgSession& session, std::vector<Migration> migrations);
    /// Empty where the warehouse has never been migrated. Changes nothing.
    std::vector<AppliedMigration> applied();
    std::vector<Migration> const& known() const { return migrations_; }
    /// Compares the two. @returns how many are pending
    /// @throws Error(config)  the database is newer, has a gap, or an applied file was edited since
    int pending();
    /// Applies what is pending, each in one transaction with its row in etl.migration, under an advisory lock.
    /// @returns versions applied
    std::vector<int> migrate();
    /// For commands that need the exact version. @throws Error(config) with the command to run
    void require_current();

  private:
    PgSession& session_;
    std::vector<Migration> migrations_;
};

} // namespace billhouse
