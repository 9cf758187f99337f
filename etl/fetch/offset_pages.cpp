#include "base/error.hpp"
#include "fetch/paginator_kinds.hpp"
#include "fetch/series_guard.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

/// The next page begins after the records received, not after the size asked for: a vendor that caps the size
/// would leave gaps. The end is what the job declares: has_more, the total, or a page below the vendor's own
/// size; without any of them an empty page.
class OffsetPages final : public Paginator {
public:
    explicit OffsetPages(Pagination const& pagination) : settings_(pagination), guard_(pagination) {}

    PageRequest first() override { return request(); }

    std::optional<PageRequest> next(PageFacts const& page) override {
        guard_.take(page);
        if (auto const mark = end_mark(page)) {
            proof_ = guard_.end(*mark);
            return std::nullopt;
        }
        if (page.records == 0)
            throw Error(
                ErrorKind::data,
                fmt::format("the vendor says that there is more, but page {} is empty", guard_.pages()),
                kMovedHint);
        guard_.require_room();
        return request();
    }

    EndProof proof() const override { return proof_; }

private:
    PageRequest request() const {
        return {guard_.pages() + 1, settings_.page_size, settings_.first_page + guard_.seen()};
    }

    std::optional<std::string> end_mark(PageFacts const& page) const {
        auto const empty = fmt::format("empty page {}", guard_.pages());
        if (page.empty_by_rule) return empty;
        if (page.has_more) return *page.has_more ? std::nullopt : std::optional("no more pages");
        if (guard_.total())
            return guard_.seen() == *guard_.total() || page.records == 0 ? std::optional("") : std::nullopt;
        if (page.records == 0) return empty;
        auto const records = static_cast<std::int64_t>(page.records);
        if (page.page_size && records < *page.page_size)
            return fmt::format("{} records on page {}, the vendor's size is {}", records, guard_.pages(),
                               *page.page_size);
        return std::nullopt;
    }

    Pagination settings_;
    SeriesGuard guard_;
    EndProof proof_;
};

} // namespace

std::unique_ptr<Paginator> make_offset_pages(Pagination const& pagination) {
    return std::make_unique<OffsetPages>(pagination);
}

} // namespace billhouse
