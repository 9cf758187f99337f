#include "load/breakable_link.hpp"

#include "base/failpoint.hpp"

#include <libpq-fe.h>
#include <sys/socket.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace billhouse {

namespace {

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

std::mutex mutex;
std::set<PGconn*> links;

void drop(PGconn* link) {
    ::shutdown(PQsocket(link), SHUT_RDWR);
}

/// Another session to where `link` leads, as the same role.
Connection beside(PGconn* link) {
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const options(PQconninfo(link),
                                                                               &PQconninfoFree);
    std::vector<char const*> keys, values;
    for (auto const* option = options.get(); option && option->keyword; ++option) {
        keys.push_back(option->keyword);
        values.push_back(option->val);
    }
    keys.push_back(nullptr);
    values.push_back(nullptr);
    return {PQconnectdbParams(keys.data(), values.data(), 0), &PQfinish};
}

/// Returns when the server has ended it.
void end_backend(PGconn* link) {
    auto const other = beside(link);
    auto const statement =
        "SELECT pg_catalog.pg_terminate_backend(" + std::to_string(PQbackendPID(link)) + ", 5000)";
    PQclear(PQexec(other.get(), statement.c_str()));
}

void break_all(void (*how)(PGconn*)) {
    std::lock_guard const lock(mutex);
    for (auto* const link : links)
        how(link);
}

} // namespace

BreakableLink::BreakableLink(pg_conn* connection) : connection_(connection) {
    std::lock_guard const lock(mutex);
    links.insert(connection);
    failpoints::on(failpoints::Action::drop_link, [] { break_all(&drop); });
    failpoints::on(failpoints::Action::kill_backend, [] { break_all(&end_backend); });
}

BreakableLink::~BreakableLink() {
    std::lock_guard const lock(mutex);
    links.erase(connection_);
}

} // namespace billhouse
