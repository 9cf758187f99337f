#pragma once

#include <string>

namespace billhouse {

/// A good job file "acme" with one stream "usage". What a test is about it writes itself, as YAML that fits
/// behind the key.
struct JobText {
    std::string description = "An example";
    std::string job{}; ///< further keys of the job, each "key: value\n"
    std::string source = "{code: acme, vendor: acme, provider: Acme, invoice_issuer: Acme, publisher: Acme, "
                         "currency: EUR, timezone: UTC}";
    std::string http = R"({base_url: "https://api.example.com"})";
    std::string request = R"({path: "/usage", query: {from: "{window.start}"}})";
    std::string window = "{earliest: 2024-01-01}";
    std::string pagination = "{kind: none}";
    std::string response = "{}";
    std::string stream{}; ///< further keys of the stream, each "    key: value\n"
    std::string records = "{path: rows}";
    std::string currency = "currency";
    std::string money = "cost"; ///< of each of the three amounts that a line must have
    std::string columns{};      ///< further ones, each "        column: rule\n"

    std::string str() const {
        return "version: 1\njob: acme\ndescription: " + description + "\n" + job + "source: " + source +
               "\nhttp: " + http + "\nstreams:\n  usage:\n    request: " + request +
               "\n    window: " + window + "\n    pagination: " + pagination + "\n    response: " + response +
               "\n" + stream + "    records: " + records + mapping();
    }

private:
    std::string mapping() const {
        return R"(
    mapping:
      identity: {columns: [charge_date, sku_code, currency_code]}
      columns:
        charge_date: {from: day, format: date}
        sku_code: sku
        charge_category: {constant: Usage}
        charge_frequency: {constant: Usage-Based}
        currency_code: )" +
               currency + "\n        list_cost: " + money + "\n        billed_cost: " + money +
               "\n        total_amount: " + money + "\n" + columns;
    }
};

} // namespace billhouse
