#pragma once

#include "support/test_database.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace billhouse {

/// A rule of the FOCUS requirements model as SQL (focus_1_2_checks_pg.tsv of the corpora).
struct FocusRule {
    std::string id, keyword, function, column;
    std::string needs; ///< what the provider must support for the rule to count, by ';'; empty = nothing
    std::string sql;   ///< counts violations in :"view"
    std::string text;  ///< what a dataset must satisfy
    bool is_required() const { return keyword == "MUST" || keyword == "MUST NOT"; }
};

struct FocusVerdict {
    FocusRule rule;
    std::string not_applied; ///< why the rule does not count; empty = it does
    long violations = 0;
};

/// @throws std::runtime_error  the corpora are not there
std::vector<FocusRule> read_focus_rules();

/// A dataset with exact FOCUS column names, held against the rules. It is copied into a temporary table,
/// which goes with the object.
class FocusDataset {
public:
    /// @param select  the dataset's rows
    FocusDataset(TestDatabase& database, std::string const& select);
    ~FocusDataset();
    FocusDataset(FocusDataset const&) = delete;
    FocusDataset& operator=(FocusDataset const&) = delete;

    /// Each rule's violations. Whether a rule counts is read off the data: a rule about regions counts where
    /// any charge has one.
    std::vector<FocusVerdict> verdicts(std::vector<FocusRule> const& rules);
    /// Violations by rule, of rules about contents of columns that are there; only rules with violations.
    /// @param all  also of rules that need the provider to support something
    std::map<std::string, long> violations(std::vector<FocusRule> const& rules, bool all);

private:
    std::string reason_against(FocusRule const& rule);
    long count(FocusRule const& rule);
    bool is_used(std::string const& column);

    TestDatabase& database_;
    std::set<std::string> columns_;
    std::map<std::string, bool> used_;
};

/// A line a rule: id, keyword, "applies" or why not, violations.
std::string table_of(std::vector<FocusVerdict> const& verdicts);

} // namespace billhouse
