#include "http_fixture.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <thread>

namespace billhouse {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

/// A certificate for localhost that nobody but itself vouches for.
Context self_signed_context() {
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> const key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    std::unique_ptr<X509, decltype(&X509_free)> const certificate(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    auto* const name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>("localhost"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    EXPECT_EQ(SSL_CTX_use_certificate(context.get(), certificate.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context.get(), key.get()), 1);
    return context;
}

/// Takes one connection, shakes hands and keeps the first thing that a client sends after that.
class TlsServer {
public:
    explicit TlsServer(int newest_version) : context_(self_signed_context()) {
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
        if (count > 0) received_.assign(buffer, static_cast<std::size_t>(count));
        ::close(socket);
    }

    Context context_;
    int listener_ = -1;
    std::string url_;
    std::string received_;
    std::thread thread_;
};

} // namespace

TEST(CurlTransportTls, a_certificate_that_nobody_vouches_for_is_refused_before_the_key_is_sent) {
    TlsServer server(TLS1_3_VERSION);
    CurlTransport transport(settings_for(server.url()));
    auto const result = transport.send(get(server.url(), {{"DF-API-KEY", "k3y"}}), {});
    EXPECT_FALSE(result.response);
    EXPECT_FALSE(result.failure.transient);
    EXPECT_EQ(result.failure.kind, ErrorKind::unavailable);
    EXPECT_THAT(result.failure.reason,
                testing::HasSubstr("is not accepted: SSL certificate problem: self-signed"));
    EXPECT_EQ(server.received(), "");
}

TEST(CurlTransportTls, versions_before_tls_1_2_are_refused) {
    TlsServer server(TLS1_1_VERSION);
    CurlTransport transport(settings_for(server.url()));
    auto const result = transport.send(get(server.url(), {{"DF-API-KEY", "k3y"}}), {});
    EXPECT_FALSE(result.response);
    EXPECT_THAT(result.failure.reason, testing::HasSubstr("the TLS handshake with"));
    EXPECT_EQ(server.received(), "");
}

} // namespace billhouse
