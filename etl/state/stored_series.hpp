#pragma once

#include "base/date_time.hpp"
#include "base/spooled_text.hpp"
#include "load/pg_session.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

/// What `replay` reads: pages of earlier reads, kept byte for byte.
namespace billhouse {

/// A complete read whose pages are kept: of each range the last one.
struct StoredRead {
    Date from, to; ///< what was asked for; may cover several slices
    std::int64_t run_id = 0;
};
std::vector<StoredRead> stored_reads(PgSession& session, std::int32_t stream_id, std::string const& scope);

struct KeptPage {
    std::int64_t id = 0;
    std::int64_t records = 0;
    Date fetched_on;
    std::string body_hash;             ///< SHA-256, hex
    std::size_t bytes = 0;             ///< of the body
    std::optional<std::size_t> parent; ///< as StoredPage::parent
};
std::vector<KeptPage> kept_pages(PgSession& session, std::int32_t stream_id, std::string const& scope,
                                 StoredRead const& read);

/// @throws Error(data)  the bytes are gone, or are not those that were fetched
SpooledText read_body(PgSession& session, std::int32_t stream_id, KeptPage const& page);

/// First days of slices with rejects that wait.
std::set<Date> slices_with_open_rejects(PgSession& session, std::int32_t stream_id, std::string const& scope);

/// Partitions that the ledger knows; {""} for a stream without.
std::vector<std::string> loaded_partitions(PgSession& session, std::int32_t stream_id);

} // namespace billhouse
