#include "run/preview_warnings.hpp"

#include "base/text.hpp"
#include "decode/json_records.hpp"

#include <fmt/format.h>

#include <map>

namespace billhouse {

namespace {

/// Active codes of ISO 4217 (list one, 2024), funds and metals left out.
constexpr std::string_view kCurrencies =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR "
    "LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN "
    "PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

void warn_of_rejects(StarRows const& rows, std::vector<std::string>& warnings) {
    if (rows.rejects.empty()) return;
    auto const& first = rows.rejects.front();
    warnings.push_back(fmt::format("{} of {} lines are rejected; the first, {}: {}", rows.rejects.size(),
                                   rows.read, first.record_path, first.reason));
}

void warn_of_left_out(StarRows const& rows, std::vector<std::string>& warnings) {
    if (rows.left_out > 0)
        warnings.push_back(fmt::format("{} of {} lines are left out by records.where", rows.left_out,
                                       rows.left_out + rows.read));
}

void warn_of_unmapped(StarRows const& rows, std::vector<std::string>& warnings) {
    std::map<std::string, std::size_t> fields;
    for (auto const& line : rows.lines) {
        if (line.attributes.empty()) continue;
        auto const tree = decode_json_document(line.attributes, {});
        for (auto const* field = tree.first_child(tree.root()); field != nullptr; field = tree.next(*field))
            ++fields[std::string(field->key)];
    }
    if (fields.empty()) return;
    std::string names;
    for (auto const& [name, lines] : fields)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", printable(name, 60));
    warnings.push_back("fields that no column uses, kept in attributes: " + names);
}

void warn_of_twins(StarRows const& rows, std::vector<std::string>& warnings) {
    std::map<Uuid, std::vector<std::string>> lines; ///< their paths
    for (auto const& line : rows.lines)
        lines[line.identity].push_back(line.record_path);
    std::size_t twins = 0;
    std::vector<std::string> const* example = nullptr;
    for (auto const& [identity, same] : lines) {
        if (same.size() < 2) continue;
        twins += same.size();
        if (example == nullptr) example = &same;
    }
    if (example == nullptr) return;
    warnings.push_back(fmt::format("{} lines share their identity with another, such as {} and {}: they are "
                                   "numbered. If they are different things, add what tells them apart to "
                                   "mapping.identity.columns",
                                   twins, (*example)[0], (*example)[1]));
}

void warn_of_currencies(StarRows const& rows, std::vector<std::string>& warnings) {
    for (auto const& code : rows.members.currencies)
        if (code.size() != 3 || kCurrencies.find(code) == std::string_view::npos)
            warnings.push_back(fmt::format("'{}' is no currency of ISO 4217: amounts in it stand apart as a "
                                           "vendor's own unit",
                                           printable(code, 20)));
}

} // namespace

std::vector<std::string> preview_warnings(StarRows const& rows) {
    std::vector<std::string> warnings;
    warn_of_rejects(rows, warnings);
    warn_of_left_out(rows, warnings);
    warn_of_currencies(rows, warnings);
    warn_of_twins(rows, warnings);
    warn_of_unmapped(rows, warnings);
    return warnings;
}

} // namespace billhouse
