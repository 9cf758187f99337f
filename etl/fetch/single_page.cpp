#include "base/error.hpp"
#include "fetch/paginator_kinds.hpp"
#include "fetch/series_guard.hpp"

namespace billhouse {
namespace {

class SinglePage final : public Paginator {
public:
    explicit SinglePage(Pagination const& pagination) : guard_(pagination) {}

    PageRequest first() override { return {}; }

    std::optional<PageRequest> next(PageFacts const& page) override {
        guard_.take(page);
        if (page.has_more.value_or(false))
            throw Error(ErrorKind::data, "the vendor says that there are more pages",
                        "Give the stream a pagination, or ask for smaller windows.");
        proof_ = guard_.end(guard_.total() ? "" : "single page by contract");
        return std::nullopt;
    }

    EndProof proof() const override { return proof_; }

private:
    SeriesGuard guard_;
    EndProof proof_;
};

} // namespace

std::unique_ptr<Paginator> make_single_page(Pagination const& pagination) {
    return std::make_unique<SinglePage>(pagination);
}

} // namespace billhouse
