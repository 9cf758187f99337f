#pragma once

#include "load/pg_session.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// A file that shapes the warehouse. Numbered ones (migrations/NNNN_title.sql) run once and never change;
/// repeatable ones (schema/title.sql: views) come after them and run again whenever they differ.
struct Migration {
    int version; ///< 0 = repeatable
    std::string file_name;
    std::string_view sql;
    std::string checksum; ///< SHA-256 (hex) of the file's bytes
};

/// What this binary carries, in the order in which it is applied.
/// @throws Error(bug)  a gap or a repeated number among the files
std::vector<Migration> embedded_migrations();
/// Checks that the numbered ones are 1, 2, 3, ... and that the repeatable ones follow.
/// @throws Error(bug)
void require_unbroken(std::vector<Migration> const& migrations);
/// One migration from a file's name and text; the checksum is taken from the text.
/// @throws Error(bug)  the name does not tell a version
Migration numbered_migration(std::string_view file_name, std::string_view sql);
Migration repeatable_migration(std::string_view file_name, std::string_view sql);

struct AppliedMigration {
    int version; ///< 0 = repeatable
    std::string file_name, checksum;
    std::string applied_at; ///< UTC, RFC 3339
};

/// Brings a warehouse to the binary's schema version, forward only.
class Migrator {
public:
    Migrator(PgSession& session, std::vector<Migration> migrations);
    /// Empty where the warehouse has never been migrated. Changes nothing.
    std::vector<AppliedMigration> applied();
    std::vector<Migration> const& known() const { return migrations_; }
    /// Compares the two. @returns how many files are pending
    /// @throws Error(config)  the database is newer, has a gap, or an applied file was edited since
    int pending();
    /// Applies what is pending, each file in one transaction with its row in etl.migration, under an advisory
    /// lock. @returns names of the files applied
    /// @throws Error  naming file and line of a statement that failed; files before it stay applied
    /// @throws Error(try_later)  another migrate is at work beyond lock_timeout
    std::vector<std::string> migrate();
    /// For commands that need the exact version. @throws Error(config) with the command to run
    void require_current();

private:
    std::vector<Migration const*> missing();
    /// @returns false where nothing was left to do
    bool apply_next(std::vector<std::string>& done);

    PgSession& session_;
    std::vector<Migration> migrations_;
};

} // namespace billhouse
