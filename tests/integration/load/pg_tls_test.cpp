#include "base/error.hpp"

#include "load_fixture.hpp"
#include "support/postgres_proxy.hpp"
#include "support/private_postgres.hpp"
#include "support/process.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

using testing::HasSubstr;
using testing::Not;

/// A server on "another machine": a name that is not this one's, led to 127.0.0.1.
class ServerIdentity : public testing::Test {
protected:
    void make_certificates() const {
        auto const result = run_process({.binary = "/bin/sh",
                                         .arguments = {"-euc", R"(
cd "$1"
for name in ours other; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$name CA" -keyout $name.key -out $name.crt
done
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=db.example.test -keyout server.key -out server.csr
printf 'subjectAltName=DNS:db.example.test\n' >extensions
openssl x509 -req -in server.csr -CA ours.crt -CAkey ours.key -CAcreateserial -days 2 -extfile extensions -out server.crt
chmod 600 server.key
chown --reference=. server.key server.crt
)",
                                                       "sh", server.folder().string()},
                                         .environment = {},
                                         .directory = {}});
        if (result.exit_code != 0) throw std::runtime_error(result.err);
    }
    void serve_tls() {
        make_certificates();
        TestDatabase database(TestDatabase::Content::empty);
        for (auto const* file : {"ssl_cert_file", "ssl_key_file"})
            database.execute(fmt::format("ALTER SYSTEM SET {} = '{}/server.{}'", file,
                                         server.folder().string(),
                                         std::string(file) == "ssl_cert_file" ? "crt" : "key"));
        database.execute("ALTER SYSTEM SET ssl = on");
        database.execute("SELECT pg_reload_conf()");
        while (database.second_session()->value("SHOW ssl") != "on") {
        }
    }
    std::string connection(std::string const& host, std::string const& more) const {
        return fmt::format("host={} hostaddr=127.0.0.1 port={} user=postgres dbname=postgres {}", host,
                           server.port(), more);
    }
    std::string root(char const* name) const {
        return fmt::format("sslrootcert={}/{}.crt", server.folder().string(), name);
    }
    /// "" = connected.
    std::string failure(std::string const& text) const {
        WarehouseSettings settings;
        settings.connection = text;
        try {
            auto session = PgSession(settings, server.password(), "billhouse test", {});
            return session
                .run(statement("SELECT CASE WHEN ssl THEN '' ELSE 'in plain text' END FROM pg_stat_ssl "
                               "WHERE pid = pg_backend_pid()"))[0][0]
                .value();
        } catch (Error const& error) {
            return fmt::format("{}: {}", name_of(error.kind()), error.what());
        }
    }

    PrivatePostgres server;
};

} // namespace

TEST_F(ServerIdentity, another_machine_must_prove_its_name_by_a_certificate_of_a_trusted_authority) {
    serve_tls();
    EXPECT_EQ(failure(connection("db.example.test", root("ours"))), "");
    EXPECT_THAT(failure(connection("db.example.test", root("other"))), HasSubstr("config: "))
        << "wrong authority";
    EXPECT_THAT(failure(connection("db.example.test", root("other"))),
                HasSubstr("certificate verify failed"));
    EXPECT_THAT(
        failure(connection("db2.example.test", root("ours"))),
        HasSubstr(
            "server certificate for \"db.example.test\" does not match host name \"db2.example.test\""));
    EXPECT_THAT(failure(connection("db.example.test", "sslrootcert=/nonexistent/root.crt")),
                HasSubstr("config: "));
    ::setenv("PGSSLMODE", "disable", 1);
    EXPECT_THAT(failure(connection("db2.example.test", root("ours"))), HasSubstr("config: "))
        << "the environment decides nothing";
    ::unsetenv("PGSSLMODE");
}

TEST_F(ServerIdentity, a_server_without_tls_gets_no_password_from_another_machine) {
    make_certificates();
    auto const refused = failure(connection("db.example.test", root("ours")));
    EXPECT_THAT(refused, HasSubstr("config: "));
    EXPECT_THAT(refused, HasSubstr("server does not support SSL"));
    EXPECT_THAT(failure(connection("127.0.0.1", "")), HasSubstr("in plain text"))
        << "on this machine there is nothing to prove";
}

TEST_F(ServerIdentity, a_mode_that_falls_back_to_plain_text_is_refused_and_an_open_word_is_taken) {
    for (auto const* mode : {"prefer", "allow"}) {
        auto const told = failure(connection("db.example.test", fmt::format("sslmode={}", mode)));
        EXPECT_THAT(told, HasSubstr("config: warehouse.connection: sslmode="));
        EXPECT_THAT(told, HasSubstr("falls back to plain text"));
    }
    EXPECT_THAT(failure(connection("db.example.test", "sslmode=disable")), HasSubstr("in plain text"));
    EXPECT_THAT(failure(connection("127.0.0.1", "sslmode=prefer")), HasSubstr("in plain text"));
}

} // namespace billhouse
