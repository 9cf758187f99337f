#include "transform/series.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace billhouse {

namespace {

/// Lines of one document that came as records of their own make one header; the first stands for all.
void unite_documents(std::vector<BillingDocument>& documents) {
    std::unordered_map<std::string, std::size_t> firsts;
    std::vector<BillingDocument> united;
    for (auto& document : documents) {
        auto const [first, is_new] = firsts.try_emplace(document.id, united.size());
        if (is_new) {
            united.push_back(std::move(document));
        } else {
            united[first->second].line_count += document.line_count;
        }
    }
    documents = std::move(united);
}

} // namespace

Series::Mark Series::here() const {
    return {members_.mark(),     rows.lines.size(), rows.documents.size(),
            rows.rejects.size(), rows.records,      rows.read,
            rows.duplicates,     rows.left_out,     moved_};
}

void Series::begin_page(std::int32_t number) {
    page = number;
    page_ids_.clear();
    mark_ = here();
}

void Series::commit_page() {
    page_ids_.clear();
    mark_ = here();
}

void Series::discard_page() {
    members_.roll_back(mark_.members);
    rows.lines.cut(mark_.lines);
    rows.documents.erase(rows.documents.begin() + static_cast<std::ptrdiff_t>(mark_.documents),
                         rows.documents.end());
    rows.rejects.erase(rows.rejects.begin() + static_cast<std::ptrdiff_t>(mark_.rejects), rows.rejects.end());
    rows.records = mark_.records;
    rows.read = mark_.read;
    rows.duplicates = mark_.duplicates;
    rows.left_out = mark_.left_out;
    moved_ = mark_.moved;
    for (auto const& id : page_ids_)
        known_.erase(id);
    page_ids_.clear();
}

void Series::add(ChargeLine const& line, std::string_view identity) {
    numbers_.note(line, identity);
    rows.lines.push_back(line);
    ++rows.read;
}

void Series::add(Reject&& reject) {
    rows.rejects.push_back(std::move(reject));
    ++rows.read;
}

bool Series::is_repeated(std::string const& id, std::string_view raw) {
    auto const known = known_.find(id);
    if (known == known_.end()) return false;
    if (known->second.content != content_hash(raw)) moved_ = id;
    rows.read += known->second.lines;
    rows.duplicates += known->second.lines;
    return true;
}

void Series::remember(std::string const& id, std::string_view raw, std::int64_t lines) {
    known_.emplace(id, Known{content_hash(raw), lines});
    page_ids_.push_back(id);
}

StarRows Series::finish(bool by_position) {
    rows.members = members_.take();
    auto result = std::exchange(rows, {});
    numbers_.number(result.lines, by_position);
    known_.clear();
    page_ids_.clear();
    mark_ = {};
    if (auto const moved = std::exchange(moved_, std::nullopt))
        throw Error(
            ErrorKind::data,
            fmt::format(
                "record {} came twice with different content: the vendor's data moved while it was read",
                printable(*moved, 80)),
            "Run again; nothing of this series was loaded.");
    unite_documents(result.documents);
    static_cast<void>(result.lines.by_key()); // sorted by the thread that reads, while another one loads
    return result;
}

} // namespace billhouse
