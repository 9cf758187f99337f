#include "state/raw_pages.hpp"

#include "base/sha256.hpp"
#include "load/copy_writer.hpp"
#include "load/json_rows.hpp"

#include "state_sql.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace billhouse {

namespace {

/// Of a body in one row; as small as what is kept in memory of one.
constexpr std::size_t kPartBytes = SpooledText::kInMemory;

Date utc_day(StoredPage const& stored) {
    return std::chrono::floor<std::chrono::days>(stored.page.requested_at);
}

void describe(JsonRows& rows, std::int64_t id, StoredPage const& stored, Sha256 const& hash) {
    auto const& page = stored.page;
    rows.begin_row();
    rows.integer("page_id", id);
    rows.integer("page_no", stored.page_number);
    rows.integer("attempt", page.attempts);
    rows.text("requested_at", to_string(page.requested_at));
    rows.integer("duration_ms", page.duration.count());
    rows.integer("http_status", page.status);
    rows.text("url", page.url);
    rows.text("vendor_trace_id", page.trace_id);
    rows.integer("record_count", stored.records);
    if (stored.declared_total) rows.integer("declared_total", *stored.declared_total);
    rows.integer("body_bytes", static_cast<std::int64_t>(stored.body.size()));
    rows.text("body_sha256", to_hex(hash));
    rows.text("content_sha256", stored.content_hash);
    if (stored.parent) rows.integer("parent_record", *stored.parent);
}

void store_facts(PgSession& session, SliceId const& slice, std::int64_t run_id,
                 std::vector<std::int64_t> const& ids, std::vector<StoredPage> const& pages,
                 std::vector<Sha256> const& hashes) {
    JsonRows rows;
    for (std::size_t i = 0; i < pages.size(); ++i)
        describe(rows, ids[i], pages[i], hashes[i]);
    session.run(state_sql::page_store, {run_id, slice.stream_id, slice.scope, to_string(slice.from),
                                        to_string(slice.to), rows.finish()});
}

/// @returns the hash of the bytes, taken here: the server compresses the part before meanwhile
Sha256 store_body(CopyWriter& copy, std::int32_t stream_id, std::int64_t id, StoredPage const& page) {
    Sha256Sum sum;
    std::int32_t part = 0;
    auto const store = [&](std::string_view bytes) {
        copy.begin_row();
        copy.integer(stream_id);
        copy.date(utc_day(page));
        copy.bigint(id);
        copy.integer(++part);
        copy.text(page.page.content_type);
        copy.bytes(bytes);
        sum.add(bytes);
    };
    page.body.for_each_piece(kPartBytes, store);
    if (part == 0) store({});
    return sum.finish();
}

std::vector<Sha256> store_bodies(PgSession& session, std::int32_t stream_id,
                                 std::vector<std::int64_t> const& ids, std::vector<StoredPage> const& pages) {
    auto const [first, last] = std::ranges::minmax_element(pages, {}, utc_day);
    session.run(state_sql::page_partitions,
                {stream_id, to_string(utc_day(*first)), to_string(utc_day(*last))});
    CopyWriter copy(session, state_sql::page_bodies_copy, 6);
    std::vector<Sha256> hashes;
    for (std::size_t i = 0; i < pages.size(); ++i)
        hashes.push_back(store_body(copy, stream_id, ids[i], pages[i]));
    copy.finish();
    return hashes;
}

} // namespace

KeptBody::KeptBody(std::shared_ptr<ByteStore> bodies, SpooledText body) : size_(body.size()) {
    if (body.is_in_file()) {
        own_ = std::move(body);
    } else {
        place_ = bodies->append(body);
        bodies_ = std::move(bodies);
    }
}

void KeptBody::for_each_piece(std::size_t size, std::function<void(std::string_view)> const& take) const {
    if (!bodies_) return billhouse::for_each_piece(own_, size, take);
    for (std::size_t at = 0; at < size_; at += size)
        take(bodies_->read(place_ + at, std::min(size, size_ - at)));
}

std::vector<std::int64_t> reserve_page_ids(PgSession& session, std::size_t count) {
    std::vector<std::int64_t> ids;
    for (auto const& row : session.run(state_sql::page_ids, {static_cast<std::int64_t>(count)}))
        ids.push_back(integer(row[0]));
    return ids;
}

std::vector<std::int64_t> find_pages(PgSession& session, SliceId const& range,
                                     std::vector<StoredPage> const& pages) {
    auto const stored = session.run(
        state_sql::pages_latest, {range.stream_id, range.scope, to_string(range.from), to_string(range.to)});
    auto const is_same = [](Rows::Row const& row, StoredPage const& page) {
        return row[1] == page.content_hash;
    };
    if (!std::equal(stored.begin(), stored.end(), pages.begin(), pages.end(), is_same)) return {};
    std::vector<std::int64_t> ids;
    for (auto const& row : stored)
        ids.push_back(integer(row[0]));
    return ids;
}

void store_pages(PgSession& session, SliceId const& range, std::int64_t run_id,
                 std::vector<std::int64_t> const& ids, std::vector<StoredPage> const& pages) {
    if (ids.size() != pages.size())
        throw Error(ErrorKind::bug, fmt::format("{} pages, but {} ids for them", pages.size(), ids.size()));
    if (pages.empty()) return;
    auto const hashes = store_bodies(session, range.stream_id, ids, pages);
    store_facts(session, range, run_id, ids, pages, hashes);
}

std::int64_t drop_pages_before(PgSession& session, std::int32_t stream_id, Date day) {
    return integer(session.run(state_sql::pages_drop_old, {stream_id, to_string(day)})[0][0]);
}

} // namespace billhouse
