#include "base/error.hpp"
#include "fetch/paginator_kinds.hpp"
#include "fetch/series_guard.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

/// The end is what the job declares: has_more, the number of pages, or the total, in this order; without any
/// of them an empty page. A short page is none, as vendors may cap the page size below what was asked for.
class NumberedPages final : public Paginator {
public:
    explicit NumberedPages(Pagination const& pagination)
        : settings_(pagination), guard_(pagination), number_(pagination.first_page) {}

    PageRequest first() override { return request(); }

    std::optional<PageRequest> next(PageFacts const& page) override {
        guard_.take(page);
        refuse_changed_count(page);
        if (auto const mark = end_mark(page)) {
            proof_ = guard_.end(*mark);
            return std::nullopt;
        }
        guard_.require_room();
        ++number_;
        return request();
    }

    EndProof proof() const override { return proof_; }

private:
    PageRequest request() const {
        return {number_, settings_.page_size, (number_ - settings_.first_page) * settings_.page_size};
    }

    void refuse_changed_count(PageFacts const& page) {
        if (count_ && page.pages && *count_ != *page.pages)
            throw Error(ErrorKind::data,
                        fmt::format("the number of pages changed from {} to {} at page {}", *count_,
                                    *page.pages, number_),
                        kMovedHint);
        if (page.pages) count_ = page.pages;
    }

    std::optional<std::string> end_mark(PageFacts const& page) const {
        if (page.empty_by_rule) return rule_mark();
        if (page.has_more) return *page.has_more ? std::nullopt : std::optional("no more pages");
        if (count_) {
            if (guard_.pages() < *count_) return std::nullopt;
            return fmt::format("page {} of {}", guard_.pages(), *count_);
        }
        if (guard_.total() && (guard_.seen() == *guard_.total() || page.records == 0)) return "";
        if (page.records == 0) return fmt::format("empty page {}", number_);
        return std::nullopt;
    }

    std::optional<std::string> rule_mark() const {
        if (guard_.pages() > 1 && (settings_.has_more || settings_.pages))
            throw Error(ErrorKind::data,
                        fmt::format("page {} was announced, but a response rule calls it empty", number_),
                        kMovedHint);
        return fmt::format("empty page {}", number_);
    }

    Pagination settings_;
    SeriesGuard guard_;
    std::int64_t number_;
    std::optional<std::int64_t> count_; ///< of pages, as the vendor says
    EndProof proof_;
};

} // namespace

std::unique_ptr<Paginator> make_numbered_pages(Pagination const& pagination) {
    return std::make_unique<NumberedPages>(pagination);
}

} // namespace billhouse
