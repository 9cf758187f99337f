#pragma once

#include "base/date_time.hpp"
#include "load/json_rows.hpp"
#include "load/pg_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>
#include <vector>

/// How one dimension's members become known; which dimensions there are, dimension_keys.cpp says.
namespace billhouse {

/// Charge dates on which a batch has a member.
struct Range {
    Date first = Date::max(), last = Date::min();

    bool empty() const { return last < first; }
    bool covers(Range const& other) const { return first <= other.first && other.last <= last; }
    void include(Date date) { first = std::min(first, date), last = std::max(last, date); }
    void include(Range const& other) {
        first = std::min(first, other.first), last = std::max(last, other.last);
    }
};

/// What the warehouse is known to have of a member as billed. All dates within `range` are in the version's
/// observed range.
struct KnownMember {
    std::int64_t key = 0, version_key = 0;
    Range range;
};

/// The statements of one dimension. All take the source's key and the members wanted, as JSON.
struct Statements {
    /// Returns each member's number, key, version's key (0 where there are none), whether its row is up to
    /// date, and where nothing but the range can become outdated, first and last date of that.
    EmbeddedText const& read;
    EmbeddedText const& add;                           ///< run where keys are missing
    std::initializer_list<EmbeddedText const*> update; ///< run where rows are not up to date
    /// Of dimensions with versions, where all members are known and only their dates are new; both take the
    /// members' keys as JSON. Locks them, returns how many there are, and how many a description is to be
    /// chosen for anew: those go the way of all the others.
    EmbeddedText const* hold_known = nullptr;
    EmbeddedText const* widen = nullptr; ///< adds the new dates to the versions' observed ranges
};

/// One dimension's members as far as they are known.
template <class Member>
class Dimension {
public:
    using Describe = void (*)(JsonRows& rows, Member const& member);

    /// @param describe  adds the fields that the statements read
    /// @param describe_known  adds those that Statements::hold_known compares, beside the keys
    Dimension(Statements const& statements, Describe describe, std::int64_t source_key,
              Describe describe_known = nullptr)
        : statements_(statements), describe_(describe), describe_known_(describe_known),
          source_key_(source_key) {}

    /// Notes a member of the batch; fetch() then makes it known.
    void want(Member const& member, Range const& range) {
        auto const known = known_.find(member);
        if (known == known_.end() || !known->second.range.covers(range)) wanted_[member].include(range);
    }

    void fetch(PgSession& session) {
        auto all = std::exchange(wanted_, {});
        while (!all.empty()) {
            if (all.size() <= kAtOnce) {
                wanted_ = std::exchange(all, {});
            } else {
                while (wanted_.size() < kAtOnce)
                    wanted_.insert(wanted_.end(), all.extract(all.begin()));
            }
            fetch_wanted(session);
        }
    }

    KnownMember const& at(Member const& member) const { return known_.at(member); }

    void forget() {
        known_.clear();
        wanted_.clear();
    }

private:
    void fetch_wanted(PgSession& session) {
        if (widen_known(session)) return;
        std::vector<SqlValue> const values{source_key_, wanted_as_json()};
        auto const found = read(session, values);
        if (found.keys_missing) session.run(statements_.add, values);
        if (!found.up_to_date)
            for (auto const* statement : statements_.update)
                session.run(*statement, values);
        if (found.keys_missing || found.versions_missing) read(session, values);
        keep_found();
    }

    static void add_dates(JsonRows& rows, Range const& range) {
        if (range.empty()) return;
        rows.text("first_date", to_string(range.first));
        rows.text("last_date", to_string(range.last));
    }

    std::string wanted_as_json() const {
        JsonRows rows;
        std::int64_t number = 0;
        for (auto const& [member, range] : wanted_) {
            rows.begin_row();
            rows.integer("i", number++);
            describe_(rows, member);
            add_dates(rows, range);
        }
        return rows.finish();
    }

    /// @returns whether nothing else was needed
    bool widen_known(PgSession& session) {
        auto const is_known = [this](auto const& wanted) { return known_.contains(wanted.first); };
        if (statements_.widen == nullptr || !std::ranges::all_of(wanted_, is_known)) return false;
        std::vector<SqlValue> const values{known_as_json()};
        auto const held = session.run(*statements_.hold_known, values);
        if (integer(held[0][0]) != static_cast<std::int64_t>(wanted_.size()) || integer(held[0][1]) != 0)
            return false;
        session.run(*statements_.widen, values);
        for (auto const& [member, range] : wanted_)
            known_.at(member).range.include(range);
        wanted_.clear();
        return true;
    }

    std::string known_as_json() const {
        JsonRows rows;
        for (auto const& [member, range] : wanted_) {
            auto const& known = known_.at(member);
            rows.begin_row();
            rows.integer("key", known.key);
            rows.integer("version_key", known.version_key);
            if (describe_known_ != nullptr) describe_known_(rows, member);
            add_dates(rows, range);
        }
        return rows.finish();
    }

    struct Findings {
        bool keys_missing = false, versions_missing = false, up_to_date = true;
    };

    Findings read(PgSession& session, std::vector<SqlValue> const& values) {
        Findings findings;
        found_.assign(wanted_.size(), {});
        for (auto const& row : session.run(statements_.read, values)) {
            auto& member = found_.at(static_cast<std::size_t>(integer(row[0])));
            if (row[1]) member.key = integer(row[1]);
            if (row[2]) member.version_key = integer(row[2]);
            if (row.size() > kRange && row[kRange])
                member.range = {calendar_date(row[kRange]), calendar_date(row[kRange + 1])};
            findings.keys_missing |= !row[1];
            findings.versions_missing |= !row[2];
            findings.up_to_date &= row[1] && row[3] == "t";
        }
        return findings;
    }

    void keep_found() {
        auto found = found_.begin();
        for (auto const& [member, range] : wanted_) {
            if (found->key == 0)
                throw Error(ErrorKind::bug,
                            fmt::format("{}: a member is missing after it was added", statements_.read.name));
            auto& known = known_[member];
            known.key = found->key, known.version_key = found->version_key;
            known.range.include(range);
            known.range.include(found->range);
            ++found;
        }
        wanted_.clear();
    }

    static constexpr std::size_t kRange = 4;       ///< column of `read`
    static constexpr std::size_t kAtOnce = 10'000; ///< members a statement, so that their text stays small

    Statements const& statements_;
    Describe describe_, describe_known_;
    std::int64_t source_key_;
    std::map<Member, KnownMember> known_;
    std::map<Member, Range> wanted_;
    std::vector<KnownMember> found_; ///< in the order of wanted_
};

} // namespace billhouse
