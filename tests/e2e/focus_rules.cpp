#include "e2e/focus_rules.hpp"

#include "support/data_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <sstream>

namespace billhouse {

namespace {

constexpr auto kTable = "focus_checked";

std::vector<std::string> split(std::string const& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);)
        parts.push_back(part);
    return parts;
}

void replace_all(std::string& text, std::string const& from, std::string const& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

std::string sql_of(FocusRule const& rule) {
    auto sql = rule.sql;
    replace_all(sql, ":'view'", fmt::format("'{}'", kTable));
    replace_all(sql, ":\"view\"", kTable);
    return sql;
}

std::set<std::string> columns_in(FocusRule const& rule) {
    std::set<std::string> columns;
    static std::regex const quoted("\"([A-Za-z]+)\"");
    auto const sql = sql_of(rule);
    for (std::sregex_iterator at(sql.begin(), sql.end(), quoted), end; at != end; ++at)
        columns.insert((*at)[1]);
    return columns;
}

/// The column in which a provider that supports something shows it.
std::string const& sign_of(std::string const& support) {
    static std::map<std::string, std::string> const signs{
        {"ACCOUNT_NAMING_SUPPORTED", "BillingAccountName"},
        {"AVAILABILITY_ZONE_SUPPORTED", "AvailabilityZone"},
        {"BILLING_BASED_ON_PROVISIONED_RESOURCES_SUPPORTED", "ResourceId"},
        {"CAPACITY_RESERVATION_SUPPORTED", "CapacityReservationId"},
        {"COMMITMENT_DISCOUNT_SUPPORTED", "CommitmentDiscountId"},
        {"MULTIPLE_BILLING_ACCOUNT_TYPES_SUPPORTED", "BillingAccountType"},
        {"MULTIPLE_PRICING_CATEGORIES_SUPPORTED", "PricingCategory"},
        {"MULTIPLE_SUB_ACCOUNT_TYPES_SUPPORTED", "SubAccountType"},
        {"NEGOTIATED_PRICING_SUPPORTED", "ContractedUnitPrice"},
        {"PRICING_BILLING_CURRENCY_DIFFERENCES_SUPPORTED", "PricingCurrency"},
        {"PUBLIC_PRICE_LIST_SUPPORTED", "SkuId"},
        {"REGION_SUPPORTED", "RegionId"},
        {"RESOURCE_TYPE_ASSIGNMENT_SUPPORTED", "ResourceType"},
        {"SUB_ACCOUNT_SUPPORTED", "SubAccountId"},
        {"TAGGING_SUPPORTED", "Tags"},
        {"UNIT_PRICING_SUPPORTED", "PricingQuantity"},
        {"USAGE_MEASUREMENT_SUPPORTED", "ConsumedQuantity"},
        {"VIRTUAL_CURRENCY_SUPPORTED", "PricingCurrencyEffectiveCost"}};
    return signs.at(support);
}

bool is_about_presence(FocusRule const& rule) {
    return rule.function == "Presence";
}

/// The model's StringHandling asks for ASCII, the specification's for the vendor's own text, kept as it is.
bool asks_for_ascii(FocusRule const& rule) {
    return rule.sql.find("octet_length(") != std::string::npos;
}

/// The model dropped half of the rule's sentence: it is about purchases that cover charges to come.
bool is_about_prepaid_charges(FocusRule const& rule) {
    return rule.text.find("the purchase is intended to cover future eligible charges") != std::string::npos;
}

} // namespace

std::vector<FocusRule> read_focus_rules() {
    std::vector<FocusRule> rules;
    for (auto const& line : split(file_text(corpus_path("focus_1_2_checks_pg.tsv")), '\n')) {
        auto const fields = split(line, '\t');
        if (fields.at(0) == "rule_id") continue;
        rules.push_back({fields.at(0), fields.at(1), fields.at(2), fields.at(3), fields.at(4), fields.at(5),
                         fields.at(6)});
    }
    return rules;
}

FocusDataset::FocusDataset(TestDatabase& database, std::string const& select) : database_(database) {
    database_.execute(fmt::format("SET timezone = 'UTC'; CREATE TEMP TABLE {} AS {}", kTable, select));
    for (auto const& row : database_.query(fmt::format(
             "SELECT attname FROM pg_attribute WHERE attrelid = '{}'::regclass AND attnum > 0", kTable)))
        columns_.insert(row[0].value());
}

FocusDataset::~FocusDataset() {
    try {
        database_.execute(fmt::format("DROP TABLE {}", kTable));
    } catch (std::exception const&) { // goes with the session then
    }
}

bool FocusDataset::is_used(std::string const& column) {
    auto const [place, is_new] = used_.try_emplace(column, false);
    if (is_new && columns_.contains(column))
        place->second = database_.value(fmt::format("SELECT EXISTS (SELECT FROM {} WHERE \"{}\" IS NOT NULL)",
                                                    kTable, column)) == "t";
    return place->second;
}

long FocusDataset::count(FocusRule const& rule) {
    return std::stol(database_.value(sql_of(rule)));
}

std::string FocusDataset::reason_against(FocusRule const& rule) {
    if (is_about_presence(rule)) return {};
    for (auto const& column : columns_in(rule))
        if (!columns_.contains(column)) return "the dataset has no " + column;
    for (auto const& support : split(rule.needs, ';'))
        if (!is_used(sign_of(support))) return "no charge has " + sign_of(support);
    if (is_about_prepaid_charges(rule) && !is_used("CommitmentDiscountId"))
        return "no purchase covers later charges: none has CommitmentDiscountId";
    return {};
}

std::vector<FocusVerdict> FocusDataset::verdicts(std::vector<FocusRule> const& rules) {
    std::vector<FocusVerdict> verdicts;
    for (auto const& rule : rules) {
        auto& verdict = verdicts.emplace_back(FocusVerdict{rule, reason_against(rule), 0});
        if (!verdict.not_applied.empty()) continue;
        verdict.violations = count(rule);
        if (verdict.violations == 0 || !asks_for_ascii(rule)) continue;
        verdict.not_applied = fmt::format("{} texts are the vendor's own, not ASCII", verdict.violations);
        verdict.violations = 0;
    }
    return verdicts;
}

std::map<std::string, long> FocusDataset::violations(std::vector<FocusRule> const& rules, bool all) {
    std::map<std::string, long> found;
    for (auto const& rule : rules) {
        bool const is_there = std::ranges::includes(columns_, columns_in(rule));
        if (is_about_presence(rule) || !is_there || !(all || rule.needs.empty())) continue;
        if (auto const violations = count(rule); violations != 0) found[rule.id] = violations;
    }
    return found;
}

std::string table_of(std::vector<FocusVerdict> const& verdicts) {
    auto table = fmt::format("{:<45} {:<12} {:>10}  {}\n", "rule", "keyword", "violations", "applies");
    for (auto const& [rule, not_applied, violations] : verdicts)
        table += fmt::format("{:<45} {:<12} {:>10}  {}\n", rule.id, rule.keyword,
                             not_applied.empty() ? std::to_string(violations) : "-",
                             not_applied.empty() ? "yes" : "no: " + not_applied);
    return table;
}

} // namespace billhouse
