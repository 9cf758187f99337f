#include "state/stored_series.hpp"

#include "base/sha256.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>

namespace billhouse {

namespace {

unsigned nibble(char digit) {
    return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

std::string from_hex(std::string const& hex) {
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1]));
    return bytes;
}

Error no_longer_kept(KeptPage const& page) {
    return {ErrorKind::data, fmt::format("the bytes of page {} are no longer kept", page.id),
            "Read the range again from the vendor: billhouse backfill JOB --from --to --force"};
}

Error damaged(KeptPage const& page) {
    return {ErrorKind::data,
            fmt::format("the stored bytes of page {} are not those that were fetched", page.id),
            "raw.page_body was changed by hand or is damaged: read the range again from the vendor."};
}

} // namespace

std::vector<StoredRead> stored_reads(PgSession& session, std::int32_t stream_id, std::string const& scope) {
    std::vector<StoredRead> reads;
    for (auto const& row : session.run(state_sql::series_stored, {stream_id, scope}))
        reads.push_back({calendar_date(row[0]), calendar_date(row[1]), integer(row[2])});
    return reads;
}

std::vector<KeptPage> kept_pages(PgSession& session, std::int32_t stream_id, std::string const& scope,
                                 StoredRead const& read) {
    std::vector<KeptPage> pages;
    for (auto const& row : session.run(state_sql::series_pages, {stream_id, scope, to_string(read.from),
                                                                 to_string(read.to), read.run_id}))
        pages.push_back(
            {.id = integer(row[0]),
             .records = integer(row[1]),
             .fetched_on = calendar_date(row[2]),
             .body_hash = row[3].value(),
             .bytes = static_cast<std::size_t>(integer(row[4])),
             .parent = row[5] ? std::optional(static_cast<std::size_t>(integer(row[5]))) : std::nullopt});
    return pages;
}

SpooledText read_body(PgSession& session, std::int32_t stream_id, KeptPage const& page) {
    TextSpool body;
    Sha256Sum hash;
    std::int32_t part = 0;
    do {
        auto const rows =
            session.run(state_sql::page_body, {stream_id, to_string(page.fetched_on), page.id, ++part});
        if (rows.empty() && part == 1) throw no_longer_kept(page);
        if (rows.empty()) break;
        auto const bytes = from_hex(rows[0][0].value());
        hash.add(bytes);
        body.append(bytes);
    } while (body.size() < page.bytes);
    if (to_hex(hash.finish()) != page.body_hash) throw damaged(page);
    return body.finish();
}

std::set<Date> slices_with_open_rejects(PgSession& session, std::int32_t stream_id,
                                        std::string const& scope) {
    std::set<Date> slices;
    for (auto const& row : session.run(state_sql::rejects_open_slices, {stream_id, scope}))
        slices.insert(calendar_date(row[0]));
    return slices;
}

std::vector<std::string> loaded_partitions(PgSession& session, std::int32_t stream_id) {
    std::vector<std::string> partitions;
    for (auto const& row : session.run(state_sql::scopes_loaded, {stream_id}))
        partitions.push_back(row[0].value());
    return partitions;
}

} // namespace billhouse
