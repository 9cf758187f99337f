#include "e2e/database_night.hpp"
#include "support/private_postgres.hpp"

#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

namespace billhouse {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

/// A disk of 24 MiB, mounted into the server's folder.
class SmallDisk {
public:
    explicit SmallDisk(std::filesystem::path const& where) : where_(where / "small") {
        std::filesystem::create_directory(where_);
        mounted_ = ::mount("none", where_.c_str(), "tmpfs", 0, "size=24m,mode=777") == 0;
    }
    ~SmallDisk() {
        if (mounted_) ::umount2(where_.c_str(), MNT_DETACH);
    }
    SmallDisk(SmallDisk const&) = delete;
    SmallDisk& operator=(SmallDisk const&) = delete;

    bool mounted() const { return mounted_; }
    std::filesystem::path const& path() const { return where_; }

private:
    std::filesystem::path where_;
    bool mounted_ = false;
};

/// Built before the tests' database, which stands in it, and ended after it.
struct OwnServer {
    PrivatePostgres server_;
    std::optional<SmallDisk> disk_;
};

class ServerFalls : protected OwnServer, public DatabaseNight {
protected:
    Command month() {
        return command({"--database", database_.connection(), "run", "guance", "--until", "2026-02-01"});
    }
    std::string slices() {
        return value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL");
    }
};

TEST_F(ServerFalls, B5_what_was_committed_survives_a_power_cut_and_nothing_else_does) {
    ChildProcess run(month());
    while (std::stoi(slices()) < 3)
        ASSERT_TRUE(run.running()) << run.err();
    auto const before = std::stoi(slices());
    server_.kill();
    server_.start();
    database_.reconnect();
    EXPECT_GE(std::stoi(slices()), before) << "a slice that was there for others to see is gone";
    EXPECT_THAT(broken_invariants(database_), testing::IsEmpty());

    EXPECT_THAT(run.wait().exit_code, AnyOf(0, 69)) << run.err();
    auto const next = run_process(month());
    EXPECT_EQ(next.exit_code, 0) << next.err;
    EXPECT_THAT(next.err, testing::Not(HasSubstr("the database may lose"))) << "this server is durable";
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL"), "31");
    TestDatabase clean;
    ASSERT_EQ(
        billhouse({"--database", clean.connection(), "run", "guance", "--until", "2026-02-01"}).exit_code, 0);
    EXPECT_EQ(star_checksum(), star_checksum(clean));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge_change"), "0");
}

TEST_F(ServerFalls, B11_a_full_disk_keeps_the_old_state_and_ends_with_75_until_there_is_room_again) {
    disk_.emplace(server_.folder());
    if (!disk_->mounted()) GTEST_SKIP() << "mounting a small disk needs root";
    auto const data = disk_->path() / "data";
    std::filesystem::create_directory(data);
    auto const owner =
        run_process({.binary = "/bin/chown",
                     .arguments = {"--reference=" + (server_.folder() / "data").string(), data.string()},
                     .environment = {},
                     .directory = {}});
    ASSERT_EQ(owner.exit_code, 0) << owner.err;
    database_.execute("CREATE TABLESPACE small LOCATION '" + data.string() + "'");
    database_.execute("ALTER DATABASE " + database_.name() + " SET default_tablespace = small");
    database_.execute("CREATE TABLE public.filler (t text) TABLESPACE small");
    database_.execute(
        "DO $$ DECLARE is_full boolean := false; BEGIN WHILE NOT is_full LOOP "
        "BEGIN INSERT INTO public.filler SELECT repeat(md5(i::text), 30) FROM generate_series(1, 100) i; "
        "EXCEPTION WHEN disk_full THEN is_full := true; END; COMMIT; END LOOP; END $$");
    auto const run = quiet_night();
    EXPECT_EQ(run.exit_code, 75) << run.err;
    EXPECT_THAT(run.err, HasSubstr("No space left on device"));
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "0");
    EXPECT_EQ(value("SELECT count(*) FROM etl.slice WHERE first_complete_at IS NOT NULL"), "0");

    database_.execute("DROP TABLE public.filler");
    expect_undisturbed_in_the_end();
}

} // namespace
} // namespace billhouse
