#include "http_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

namespace billhouse {
namespace {

using testing::HasSubstr;
using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

constexpr long kHour = 3600;

struct Certificate {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    std::unique_ptr<X509, decltype(&X509_free)> x509{X509_new(), X509_free};
};

void extend(X509* certificate, int what, char const* value) {
    X509V3_CTX context{};
    std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> const extension(
        X509V3_EXT_conf_nid(nullptr, &context, what, value), X509_EXTENSION_free);
    X509_add_ext(certificate, extension.get(), -1);
}

/// What a test says of the certificate that its server shows.
struct Issue {
    char const* names = "IP:127.0.0.1"; ///< subjectAltName
    char const* common_name = "Vendor";
    long from = -kHour, to = kHour; ///< validity, seconds from now
};

/// @param issuer  nullptr = it vouches for itself
Certificate issue(Issue const& wanted, Certificate const* issuer, bool is_authority = false) {
    Certificate made;
    auto* const x509 = made.x509.get();
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), is_authority ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(x509), wanted.from);
    X509_gmtime_adj(X509_getm_notAfter(x509), wanted.to);
    auto* const name = X509_get_subject_name(x509);
    auto const* const text = reinterpret_cast<unsigned char const*>(wanted.common_name);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(x509, issuer == nullptr ? name : X509_get_subject_name(issuer->x509.get()));
    X509_set_pubkey(x509, made.key.get());
    extend(x509, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!is_authority) extend(x509, NID_subject_alt_name, wanted.names);
    X509_sign(x509, (issuer == nullptr ? made : *issuer).key.get(), EVP_sha256());
    return made;
}

/// Takes one connection, shakes hands, keeps the first thing that a client sends after that and answers "{}".
class TlsServer {
public:
    explicit TlsServer(Certificate const& certificate, int newest_version = TLS1_3_VERSION)
        : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free) {
        EXPECT_EQ(SSL_CTX_use_certificate(context_.get(), certificate.x509.get()), 1);
        EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.get(), certificate.key.get()), 1);
        SSL_CTX_set_security_level(context_.get(), 0); // or the server itself would refuse TLS 1.1
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context_.get(), newest_version);
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* const generic = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_, generic, length), 0);
        EXPECT_EQ(::listen(listener_, 1), 0);
        EXPECT_EQ(::getsockname(listener_, generic, &length), 0);
        url_ = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    ~TlsServer() {
        thread_.join();
        ::close(listener_);
    }
    std::string const& url() const { return url_; }
    /// Waits for the end of the connection.
    std::string received() {
        if (thread_.joinable()) thread_.join();
        thread_ = std::thread([] {});
        return received_;
    }

private:
    void serve() {
        int const socket = ::accept(listener_, nullptr, nullptr);
        std::unique_ptr<SSL, decltype(&SSL_free)> const tls(SSL_new(context_.get()), SSL_free);
        SSL_set_fd(tls.get(), socket);
        char buffer[4096];
        int count = SSL_accept(tls.get());
        if (count > 0) count = SSL_read(tls.get(), buffer, sizeof buffer);
        if (count > 0) {
            received_.assign(buffer, static_cast<std::size_t>(count));
            auto const answer = reply("{}");
            SSL_write(tls.get(), answer.data(), static_cast<int>(answer.size()));
        }
        ::close(socket);
    }

    Context context_;
    int listener_ = -1;
    std::string url_;
    std::string received_;
    std::thread thread_;
};

/// An authority of the test's own, in a file as http.ca_file names it.
class CurlTransportTls : public testing::Test {
protected:
    CurlTransportTls() {
        int const file = ::mkstemp(ca_file_.data());
        auto* const stream = ::fdopen(file, "w");
        PEM_write_X509(stream, authority_.x509.get());
        std::fclose(stream);
    }
    ~CurlTransportTls() override { ::unlink(ca_file_.c_str()); }

    HttpResult ask(TlsServer& server, std::string const& ca_file) {
        auto settings = settings_for(server.url());
        settings.ca_file = ca_file;
        CurlTransport transport(settings);
        return transport.send(get(server.url(), {{"DF-API-KEY", "k3y"}}), {});
    }

    /// Refused for good, before a byte of the request was sent.
    void expect_refused(TlsServer& server, std::string const& why) {
        auto const result = ask(server, ca_file_);
        EXPECT_FALSE(result.response) << why;
        EXPECT_FALSE(result.failure.transient) << why;
        EXPECT_EQ(result.failure.kind, ErrorKind::unavailable) << why;
        EXPECT_THAT(result.failure.reason, HasSubstr("is not accepted: "));
        EXPECT_THAT(result.failure.reason, HasSubstr(why));
        EXPECT_EQ(server.received(), "") << why;
    }

    Certificate authority_ = issue({.common_name = "Test authority"}, nullptr, true);
    std::string ca_file_ = "/tmp/billhouse-test-ca-XXXXXX";
};

} // namespace

TEST_F(CurlTransportTls, a_certificate_of_the_jobs_own_authority_is_accepted) {
    TlsServer server(issue({}, &authority_));
    auto const result = ask(server, ca_file_);
    ASSERT_TRUE(result.response) << result.failure.reason;
    EXPECT_EQ(result.response->body, "{}");
    EXPECT_THAT(server.received(), HasSubstr("DF-API-KEY: k3y"));
}

TEST_F(CurlTransportTls, a_certificate_that_nobody_vouches_for_is_refused_before_the_key_is_sent) {
    TlsServer server(issue({}, nullptr));
    expect_refused(server, "SSL certificate problem: self-signed");
}

TEST_F(CurlTransportTls, a_certificate_whose_time_is_over_is_refused) {
    TlsServer server(issue({.from = -2 * kHour, .to = -kHour}, &authority_));
    expect_refused(server, "certificate has expired");
}

TEST_F(CurlTransportTls, a_certificate_whose_time_is_to_come_is_refused) {
    TlsServer server(issue({.from = kHour, .to = 2 * kHour}, &authority_));
    expect_refused(server, "certificate is not yet valid");
}

TEST_F(CurlTransportTls, a_certificate_of_another_host_is_refused) {
    TlsServer server(issue({.names = "IP:127.0.0.2,DNS:vendor.example"}, &authority_));
    expect_refused(server, "127.0.0.1");
}

TEST_F(CurlTransportTls, a_certificate_of_an_authority_that_is_not_the_jobs_is_refused) {
    Certificate const stranger = issue({.common_name = "Stranger"}, nullptr, true);
    TlsServer server(issue({}, &stranger));
    expect_refused(server, "SSL certificate problem");
}

TEST_F(CurlTransportTls, a_certificate_that_only_names_the_jobs_authority_is_refused_before_the_key_is_sent) {
    Certificate const forger = issue({.common_name = "Test authority"}, nullptr, true);
    TlsServer server(issue({}, &forger));
    EXPECT_FALSE(ask(server, ca_file_).response);
    EXPECT_EQ(server.received(), "");
}

TEST_F(CurlTransportTls, the_systems_authorities_do_not_know_the_jobs) {
    TlsServer server(issue({}, &authority_));
    auto const result = ask(server, "");
    EXPECT_FALSE(result.response);
    EXPECT_THAT(result.failure.reason, HasSubstr("unable to get local issuer certificate"));
}

TEST_F(CurlTransportTls, a_ca_file_that_is_not_there_is_a_failure_that_names_it) {
    TlsServer server(issue({}, &authority_));
    auto const result = ask(server, "/nonexistent/ca.pem");
    EXPECT_FALSE(result.response);
    EXPECT_FALSE(result.failure.transient);
    EXPECT_EQ(result.failure.kind, ErrorKind::config);
    EXPECT_THAT(result.failure.reason, HasSubstr("/nonexistent/ca.pem"));
}

TEST_F(CurlTransportTls, versions_before_tls_1_2_are_refused) {
    TlsServer server(issue({}, &authority_), TLS1_1_VERSION);
    auto const result = ask(server, ca_file_);
    EXPECT_FALSE(result.response);
    EXPECT_THAT(result.failure.reason, HasSubstr("the TLS handshake with"));
    EXPECT_EQ(server.received(), "");
}

} // namespace billhouse
