#include "fetch/paginator.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

constexpr auto kMovedHint =
    "The vendor's data moved while it was read; the next run reads this window again.";

[[noreturn]] void total_not_met(std::int64_t total, std::int64_t records, std::string hint) {
    throw Error(ErrorKind::data, fmt::format("the vendor says {} records in all but sent {}", total, records),
                std::move(hint));
}

/// The vendor sends everything in one answer.
class SinglePage final : public Paginator {
public:
    PageRequest first() override { return {}; }

    std::optional<PageRequest> next(PageFacts const& page) override {
        auto const records = static_cast<std::int64_t>(page.records);
        if (page.total && *page.total != records) {
            total_not_met(*page.total, records, "Give the stream a pagination, or ask for smaller windows.");
        }
        proof_.how = page.total ? fmt::format("total {} reached", *page.total) : "single page by contract";
        return std::nullopt;
    }

    EndProof proof() const override { return proof_; }

private:
    EndProof proof_;
};

/// Pages are numbered. The end is the total, or without one an empty page; a short page is none, as vendors
/// may cap the page size below what was asked for.
class NumberedPages final : public Paginator {
public:
    explicit NumberedPages(Pagination const& pagination)
        : settings_(pagination), number_(pagination.first_page) {}

    PageRequest first() override { return request(); }

    std::optional<PageRequest> next(PageFacts const& page) override {
        refuse_repetition(page);
        refuse_changed_total(page);
        seen_ += static_cast<std::int64_t>(page.records);
        if (is_end(page)) return std::nullopt;
        if (++pages_ >= settings_.max_pages) {
            throw Error(ErrorKind::data, fmt::format("no end after {} pages with {} records", pages_, seen_),
                        "If there can be so many, raise pagination.max_pages or make the windows smaller.");
        }
        ++number_;
        return request();
    }

    EndProof proof() const override { return proof_; }

private:
    PageRequest request() const {
        return {number_, settings_.page_size, (number_ - settings_.first_page) * settings_.page_size};
    }

    void refuse_repetition(PageFacts const& page) {
        if (page.records > 0 && page.content_hash == last_hash_) {
            throw Error(ErrorKind::data,
                        fmt::format("the vendor sent page {} again as page {}", number_ - 1, number_),
                        "Check that the request carries {page.number} as the vendor expects it.");
        }
        last_hash_.reset();
        if (page.records > 0) last_hash_ = page.content_hash;
    }

    void refuse_changed_total(PageFacts const& page) {
        if (total_ && page.total && *total_ != *page.total) {
            throw Error(
                ErrorKind::data,
                fmt::format("the total changed from {} to {} at page {}", *total_, *page.total, number_),
                kMovedHint);
        }
        if (page.total) total_ = page.total;
    }

    bool is_end(PageFacts const& page) {
        if (total_) {
            if (seen_ > *total_ || (page.records == 0 && seen_ < *total_))
                total_not_met(*total_, seen_, kMovedHint);
            if (seen_ < *total_) return false;
            proof_.how = fmt::format("total {} reached", *total_);
            return true;
        }
        if (page.records > 0) return false;
        proof_.how = fmt::format("empty page {}", number_);
        return true;
    }

    Pagination settings_;
    std::int64_t number_;
    int pages_ = 0;
    std::int64_t seen_ = 0;
    std::optional<std::int64_t> total_;
    std::optional<std::string> last_hash_; ///< of a page with records
    EndProof proof_;
};

} // namespace

std::unique_ptr<Paginator> make_paginator(Pagination const& pagination) {
    if (pagination.kind == Pagination::Kind::page_number) return std::make_unique<NumberedPages>(pagination);
    return std::make_unique<SinglePage>();
}

} // namespace billhouse
