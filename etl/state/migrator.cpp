#include "state/migrator.hpp"

#include "base/failpoint.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "state/sql_script.hpp"

#include "migrations.hpp"
#include "schema_sql.hpp"
#include "state_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

/// "0001_warehouse.sql" -> 1; 0 where the name does not begin with four digits and a '_'.
int version_in(std::string_view file_name) {
    auto const digits = file_name.substr(0, 4);
    auto const version = parse_integer(digits);
    bool const well_formed = digits.size() == 4 && version && file_name.substr(4).starts_with('_');
    return well_formed ? static_cast<int>(*version) : 0;
}

int newest_version(std::vector<Migration> const& migrations) {
    int newest = 0;
    for (auto const& migration : migrations)
        newest = std::max(newest, migration.version);
    return newest;
}

Error newer_database(AppliedMigration const& row, int newest) {
    return {ErrorKind::config,
            fmt::format("the warehouse has {}, but this billhouse knows migrations up to {:04} only",
                        row.file_name, newest),
            "Use a billhouse at least as new as the one that migrated this database."};
}

Error edited_file(AppliedMigration const& row, Migration const& file) {
    return {
        ErrorKind::config,
        fmt::format("{} is not what was applied to this warehouse on {}: its checksum is {}, applied was {}",
                    file.file_name, row.applied_at, file.checksum.substr(0, 12), row.checksum.substr(0, 12)),
        "An applied migration must never change: restore the file, and put the change into a new one."};
}

/// @throws Error(config)
void check_numbered(std::vector<AppliedMigration> const& applied, std::vector<Migration> const& known) {
    int expected = 1;
    for (auto const& row : applied) {
        if (row.version == 0) continue;
        auto const file = std::ranges::find(known, row.version, &Migration::version);
        if (file == known.end()) throw newer_database(row, newest_version(known));
        if (row.version != expected)
            throw Error(ErrorKind::config,
                        fmt::format("the warehouse has {}, but no migration {:04}", row.file_name, expected),
                        "Rows of etl.migration were changed by hand: restore the database from a backup.");
        if (file->checksum != row.checksum) throw edited_file(row, *file);
        ++expected;
    }
}

} // namespace

Migration numbered_migration(std::string_view file_name, std::string_view sql) {
    auto const version = version_in(file_name);
    if (version == 0)
        throw Error(ErrorKind::bug, fmt::format("migration {}: the name is not NNNN_title.sql", file_name));
    return {version, std::string(file_name), sql, to_hex(sha256(sql))};
}

Migration repeatable_migration(std::string_view file_name, std::string_view sql) {
    return {0, std::string(file_name), sql, to_hex(sha256(sql))};
}

void require_unbroken(std::vector<Migration> const& migrations) {
    int expected = 1;
    bool repeatable = false;
    for (auto const& migration : migrations) {
        repeatable = repeatable || migration.version == 0;
        if (migration.version == (repeatable ? 0 : expected++)) continue;
        throw Error(ErrorKind::bug,
                    fmt::format("{} stands where migration {:04} should", migration.file_name, expected - 1));
    }
}

std::vector<Migration> embedded_migrations() {
    std::vector<Migration> all;
    for (auto const* file : migrations::all)
        all.push_back(numbered_migration(file->name, file->text));
    for (auto const* file : schema_sql::all)
        all.push_back(repeatable_migration(file->name, file->text));
    require_unbroken(all);
    return all;
}

Migrator::Migrator(PgSession& session, std::vector<Migration> migrations)
    : session_(session), migrations_(std::move(migrations)) {}

std::vector<AppliedMigration> Migrator::applied() {
    if (session_.run(state_sql::migrations_exist)[0][0] != "t") return {};
    std::vector<AppliedMigration> rows;
    for (auto const& row : session_.run(state_sql::migrations_applied))
        rows.push_back({static_cast<int>(integer(row[0])), row[1].value(), row[2].value(), row[3].value()});
    return rows;
}

std::vector<Migration const*> Migrator::missing() {
    auto const rows = applied();
    check_numbered(rows, migrations_);
    std::vector<Migration const*> missing;
    for (auto const& migration : migrations_) {
        auto const same_file = [&](AppliedMigration const& row) {
            return migration.version == 0
                       ? row.file_name == migration.file_name && row.checksum == migration.checksum
                       : row.version == migration.version;
        };
        if (std::ranges::none_of(rows, same_file)) missing.push_back(&migration);
    }
    return missing;
}

int Migrator::pending() {
    return static_cast<int>(missing().size());
}

bool Migrator::apply_next(std::vector<std::string>& done) {
    session_.begin();
    session_.run(state_sql::migrations_lock);
    FAILPOINT("migration.begun");
    auto const left = missing();
    if (left.empty()) {
        session_.rollback();
        return false;
    }
    auto const& next = *left.front();
    run_sql_file(session_, next.file_name, next.sql);
    FAILPOINT("migration.run");
    session_.run(state_sql::migration_record, {next.file_name, next.version, next.checksum});
    FAILPOINT("migration.recorded");
    session_.commit();
    done.push_back(next.file_name);
    return true;
}

std::vector<std::string> Migrator::migrate() {
    std::vector<std::string> done;
    try {
        while (apply_next(done)) {
        }
    } catch (...) {
        session_.rollback();
        throw;
    }
    return done;
}

void Migrator::require_current() {
    auto const rows = applied();
    auto const count = pending();
    if (count == 0) return;
    auto const what = rows.empty() ? std::string("the database holds no warehouse yet")
                                   : fmt::format("the warehouse is not up to date: {} {} pending", count,
                                                 count == 1 ? "migration is" : "migrations are");
    throw Error(ErrorKind::config, what, "Run 'billhouse migrate'.");
}

} // namespace billhouse
