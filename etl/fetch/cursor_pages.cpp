#include "base/error.hpp"
#include "fetch/paginator_kinds.hpp"
#include "fetch/series_guard.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

/// The end is has_more where the job declares it, else a page without a cursor. Pages in the middle may be
/// empty.
class CursorPages final : public Paginator {
public:
    explicit CursorPages(Pagination const& pagination)
        : settings_(pagination), cursor_(pagination.cursor.value()), guard_(pagination) {
        if (!cursor_.first.empty()) guard_.require_new(cursor_.first, "cursor");
    }

    PageRequest first() override {
        if (cursor_.first.empty()) return request({});
        return request({Scalar::Kind::string, cursor_.first});
    }

    std::optional<PageRequest> next(PageFacts const& page) override {
        guard_.take(page);
        refuse_unannounced_end(page);
        if (auto const mark = end_mark(page)) {
            proof_ = guard_.end(*mark);
            return std::nullopt;
        }
        guard_.require_room();
        guard_.require_new(page.next->text, "cursor");
        return request(*page.next);
    }

    EndProof proof() const override { return proof_; }

private:
    PageRequest request(Scalar cursor) const {
        return {guard_.pages() + 1, settings_.page_size, 0, std::move(cursor)};
    }

    void refuse_unannounced_end(PageFacts const& page) const {
        auto const refuse = [&](char const* what) {
            throw Error(ErrorKind::data, fmt::format("page {} {}", guard_.pages(), what),
                        "Check pagination.cursor in the job file; the series may not be complete.");
        };
        if (page.empty_by_rule && guard_.pages() > 1)
            refuse("was announced by a cursor, but a response rule calls it empty");
        if (page.has_more.value_or(false) && !page.next)
            refuse("says that there are more, but has no cursor");
        bool const by_record = cursor_.from == CursorSource::From::last_record;
        if (by_record && !page.next && page.records > 0 && !page.has_more)
            refuse("has records, but the last one lacks the cursor");
    }

    std::optional<std::string> end_mark(PageFacts const& page) const {
        if (page.has_more && !*page.has_more)
            return fmt::format("no more pages after page {}", guard_.pages());
        if (page.next) return std::nullopt;
        return fmt::format("{} {}", page.records == 0 ? "empty page" : "no cursor after page",
                           guard_.pages());
    }

    Pagination settings_;
    CursorSource cursor_;
    SeriesGuard guard_;
    EndProof proof_;
};

} // namespace

std::unique_ptr<Paginator> make_cursor_pages(Pagination const& pagination) {
    return std::make_unique<CursorPages>(pagination);
}

} // namespace billhouse
