#include "state/quarantine.hpp"

#include "state_sql.hpp"

#include <map>
#include <utility>

namespace billhouse {

namespace {

/// SHA-256 (hex) of the record and the reason's code: what makes a reject the same one.
using RejectKey = std::pair<std::string, std::string>;

struct MetReject {
    Reject const* reject;
    std::int64_t occurrences;
};

std::map<RejectKey, MetReject> counted(std::vector<Reject> const& rejects) {
    std::map<RejectKey, MetReject> met;
    for (auto const& reject : rejects) {
        auto const place =
            met.try_emplace({to_hex(sha256(reject.raw)), reject.reason_code}, MetReject{&reject, 0}).first;
        ++place->second.occurrences;
    }
    return met;
}

std::map<RejectKey, std::int64_t> known_rejects(PgSession& session, SliceId const& slice) {
    std::map<RejectKey, std::int64_t> known;
    for (auto const& row :
         session.run(state_sql::rejects_known, {slice.stream_id, slice.scope, to_string(slice.from)}))
        known.emplace(RejectKey{row[0].value(), row[1].value()}, integer(row[2]));
    return known;
}

bool same(std::map<RejectKey, std::int64_t> const& known, std::map<RejectKey, MetReject> const& met) {
    auto const alike = [](auto const& a, auto const& b) {
        return a.first == b.first && a.second == b.second.occurrences;
    };
    return known.size() == met.size() && std::equal(known.begin(), known.end(), met.begin(), alike);
}

} // namespace

void store_rejects(PgSession& session, SliceId const& slice, std::int64_t run_id,
                   std::vector<std::int64_t> const& page_ids, std::vector<Reject> const& rejects) {
    auto const met = counted(rejects);
    auto const known = known_rejects(session, slice);
    if (same(known, met)) return;
    for (auto const& [key, entry] : met) {
        auto const& reject = *entry.reject;
        session.run(state_sql::reject_store,
                    {slice.stream_id, slice.scope, to_string(slice.from), to_string(slice.to), run_id,
                     page_ids.at(static_cast<std::size_t>(reject.page)), reject.record_path, key.first,
                     reject.reason_code, reject.reason, reject.column, reject.raw, entry.occurrences,
                     reject.amount_hint ? SqlValue(reject.amount_hint->to_string()) : SqlValue(std::nullopt),
                     reject.currency_hint});
    }
    for (auto const& [key, occurrences] : known)
        if (!met.contains(key))
            session.run(state_sql::reject_resolve,
                        {slice.stream_id, slice.scope, to_string(slice.from), run_id, key.first, key.second});
}

} // namespace billhouse
