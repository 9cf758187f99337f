#include "base/error.hpp"
#include "fetch/paginator_kinds.hpp"
#include "fetch/series_guard.hpp"
#include "fetch/url_reference.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

/// The end is a page without a link; an empty link is none, for it would lead back to the same page.
class LinkedPages final : public Paginator {
public:
    explicit LinkedPages(Pagination const& pagination) : settings_(pagination), guard_(pagination) {}

    PageRequest first() override { return request({}); }

    std::optional<PageRequest> next(PageFacts const& page) override {
        if (guard_.pages() == 0 && !page.url.empty()) guard_.require_new(page.url, "link");
        guard_.take(page);
        refuse_contradiction(page);
        if (!page.next || (page.has_more && !*page.has_more)) {
            proof_ = guard_.end(fmt::format("no next link after page {}", guard_.pages()));
            return std::nullopt;
        }
        guard_.require_room();
        auto url = next_page_url(page.url, page.next->text);
        guard_.require_new(url, "link");
        return request(std::move(url));
    }

    EndProof proof() const override { return proof_; }

private:
    PageRequest request(std::string url) const {
        return {guard_.pages() + 1, settings_.page_size, 0, {}, std::move(url)};
    }

    void refuse_contradiction(PageFacts const& page) const {
        if (page.empty_by_rule && guard_.pages() > 1)
            throw Error(ErrorKind::data,
                        fmt::format("page {} was linked, but a response rule calls it empty", guard_.pages()),
                        kMovedHint);
        if (page.has_more.value_or(false) && !page.next)
            throw Error(ErrorKind::data,
                        fmt::format("page {} says that there are more, but has no link", guard_.pages()),
                        "Check pagination.url in the job file; the series may not be complete.");
    }

    Pagination settings_;
    SeriesGuard guard_;
    EndProof proof_;
};

} // namespace

std::unique_ptr<Paginator> make_linked_pages(Pagination const& pagination) {
    return std::make_unique<LinkedPages>(pagination);
}

} // namespace billhouse
