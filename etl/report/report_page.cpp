#include "report/report_page.hpp"

#include "base/base64.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"

#include "report_assets.hpp"
#include "report_sql.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace billhouse {

namespace {

/// "'sha256-...'" of a text that a page holds, as a Content-Security-Policy names it.
std::string source_hash(std::string_view text) {
    auto const digest = sha256(text);
    return fmt::format("'sha256-{}'", base64(std::string(digest.begin(), digest.end())));
}

std::string script() {
    std::string text;
    for (auto const* file : {&report_assets::format, &report_assets::charts, &report_assets::sections,
                             &report_assets::calendar, &report_assets::fill})
        text += file->text;
    return text;
}

std::string policy() {
    return fmt::format("default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
                       source_hash(report_assets::style.text), source_hash(script()));
}

} // namespace

std::string read_report(PgSession& session, Date until, std::string_view made_at) {
    static constexpr std::array<std::pair<std::string_view, EmbeddedText const*>, 7> kParts{{
        {"headline", &report_sql::report_headline},
        {"cost", &report_sql::report_cost},
        {"movers", &report_sql::report_movers},
        {"restatements", &report_sql::report_restatements},
        {"completeness", &report_sql::report_completeness},
        {"rejects", &report_sql::report_rejects},
        {"runs", &report_sql::report_runs},
    }};
    auto json = fmt::format(R"({{"made_at":{},"version":"{}","until":"{}")", json_quoted(made_at),
                            BILLHOUSE_VERSION, to_string(until));
    session.begin_snapshot();
    for (auto const& [name, sql] : kParts) {
        bool const takes_day = sql->text.find("$1") != std::string_view::npos;
        auto const rows =
            session.run(*sql, takes_day ? std::vector<SqlValue>{to_string(until)} : std::vector<SqlValue>{});
        json += fmt::format(R"(,"{}":{})", name, rows[0][0].value());
    }
    session.commit();
    return json + "}";
}

std::string script_safe(std::string_view json) {
    std::string safe;
    safe.reserve(json.size());
    for (auto const c : json)
        if (c == '<')
            safe += "\\u003c";
        else
            safe += c;
    return safe;
}

std::string report_page(std::string_view json) {
    std::string page;
    std::string_view rest = report_assets::page.text;
    // In the page's own order: what was put in is never searched, so that no data can be taken for a marker.
    for (auto const& [marker, text] : {std::pair<std::string_view, std::string>{"{{policy}}", policy()},
                                       {"{{style}}", std::string(report_assets::style.text)},
                                       {"{{data}}", script_safe(json)},
                                       {"{{script}}", script()}}) {
        auto const at = rest.find(marker);
        if (at == std::string_view::npos)
            throw Error(ErrorKind::bug, fmt::format("the report's page has no {}", marker));
        page.append(rest.substr(0, at)).append(text);
        rest.remove_prefix(at + marker.size());
    }
    return page.append(rest);
}

} // namespace billhouse
