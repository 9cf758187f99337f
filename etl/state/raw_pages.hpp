#pragma once

#include "base/byte_store.hpp"
#include "base/spooled_text.hpp"
#include "fetch/vendor_client.hpp"
#include "load/slice_loader.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhouse {

/// A page's bytes until they are stored: a large one in a file of its own, others beside those of its series,
/// which may be more than memory holds.
class KeptBody {
public:
    KeptBody() = default;
    KeptBody(std::shared_ptr<ByteStore> bodies, SpooledText body);
    std::size_t size() const { return size_; }
    /// In pieces of this size, the last one perhaps smaller.
    /// @throws Error(local_io)
    void for_each_piece(std::size_t size, std::function<void(std::string_view)> const& take) const;

private:
    SpooledText own_;
    std::shared_ptr<ByteStore> bodies_;
    std::uint64_t place_ = 0;
    std::size_t size_ = 0;
};

/// What etl.page and raw.page_body keep of a page.
struct StoredPage {
    FetchedPage page; ///< without its body
    KeptBody body;
    std::int64_t page_number = 0;
    std::int64_t records = 0;
    std::optional<std::int64_t> declared_total;
    std::string content_hash; ///< hex
    std::optional<std::int32_t>
        parent; ///< place of the record, on the page of records before, whose children these are
};

/// Page ids for a slice that is about to be merged.
std::vector<std::int64_t> reserve_page_ids(PgSession& session, std::size_t count);

/// The ids under which the very content of these pages is kept already: those of the range's last stored
/// read, if it had the same records. Empty where it had not, or its bytes are gone.
std::vector<std::int64_t> find_pages(PgSession& session, SliceId const& range,
                                     std::vector<StoredPage> const& pages);

/// Stores pages, exact bytes included, in the caller's transaction. A value of PostgreSQL ends at 1 GB, and
/// both sides hold a whole one in memory: a large body becomes several rows.
/// @param range  what was asked for, which may be cut into several slices
void store_pages(PgSession& session, SliceId const& range, std::int64_t run_id,
                 std::vector<std::int64_t> const& ids, std::vector<StoredPage> const& pages);

/// Drops a stream's raw pages fetched before this day (UTC), in whole months. @returns how many months
std::int64_t drop_pages_before(PgSession& session, std::int32_t stream_id, Date day);

} // namespace billhouse
