#include "e2e/scripted_run.hpp"

#include <fmt/format.h>

namespace billhouse {
namespace {

using ::testing::HasSubstr;

/// Rows D of tests/faults.md that need the whole way from an answer to the star; the others stand beside
/// decoder and mapper in tests/unit.
class DataFaults : public ScriptedRun {
protected:
    DataFaults() { job({with_limits("max_reject_share: 100%")}); }
};

TEST_F(DataFaults, D2_the_star_itself_refuses_nan_and_infinity) {
    load_from({page({row("a", "1")})});
    for (auto const* column : {"list_cost", "billed_cost", "tax_amount", "total_amount", "quantity"})
        for (auto const* value : {"NaN", "Infinity", "-Infinity"})
            EXPECT_THROW(database_.execute(fmt::format("UPDATE wh.fact_charge SET {} = '{}'", column, value)),
                         std::runtime_error)
                << column << ' ' << value;
}

TEST_F(DataFaults, D3_D4_D5_numbers_of_any_form_arrive_exactly_or_are_kept_aside) {
    load_from({page({row("a20 decimals", "0.12345678901234567891"), row("b zeros", "1.500000"),
                     row("c power", "1E+2"), row("d minus zero", "-0.00"),
                     row("e too many digits", std::string(40, '9')), row("f too large", "1e20"),
                     row("g 400 digits", "0." + std::string(400, '3')), row("h as text", "\"1e400\"")})});
    EXPECT_EQ(star(), (Lines{"a20 decimals | 1 | 0.12345678901234567891 | 1", "b zeros | 1 | 1.5 | 1",
                             "c power | 1 | 100 | 1", "d minus zero | 1 | 0 | 1"}));
    EXPECT_EQ(open_rejects(),
              (Lines{"does_not_fit | list_cost | /rows/4", "does_not_fit | list_cost | /rows/5",
                     "does_not_fit | list_cost | /rows/6", "does_not_fit | list_cost | /rows/7"}));
}

TEST_F(DataFaults, D14_the_last_instant_of_a_window_belongs_to_it_and_its_end_does_not) {
    job({with_limits("max_reject_share: 100%"), {"format: date, required", "format: rfc3339, required"}});
    auto const at = [](std::string const& sku, std::string const& instant) {
        return R"({"day":")" + instant + R"(","sku":")" + sku + R"(","cost":1})";
    };
    load_from({page({at("before", "2026-02-28T23:59:59.999Z"), at("first", "2026-03-01T00:00:00Z"),
                     at("last", "2026-03-01T23:59:59.999Z"), at("after", "2026-03-02T00:00:00Z")})});
    EXPECT_EQ(star(), (Lines{"first | 1 | 1 | 1", "last | 1 | 1 | 1"}));
    EXPECT_EQ(open_rejects(),
              (Lines{"outside_window | charge_date | /rows/0", "outside_window | charge_date | /rows/3"}));
}

TEST_F(DataFaults, D16_a_currency_is_the_lines_own_or_the_declared_one_and_never_a_guess) {
    job({with_limits("max_reject_share: 100%"), {"currency_code: {constant: EUR}", "currency_code: cur"}});
    load_from({page({row("a", "1", R"("cur":"USD")"), row("a", "2"), row("a", "4", R"("cur":null)"),
                     row("a", "8", R"("cur":"EUR")"), row("a", "16", R"("cur":"credits")")})});
    EXPECT_EQ(rows("SELECT currency_code, is_virtual, count(*), sum(billed_cost) FROM wh.fact_charge JOIN "
                   "wh.dim_currency "
                   "USING (currency_code) GROUP BY 1, 2 ORDER BY 1"),
              (Lines{"EUR | f | 3 | 14", "USD | f | 1 | 1", "credits | t | 1 | 16"}));
}

TEST_F(DataFaults, D17_negative_zero_and_credit_lines_add_up) {
    load_from(
        {page({row("usage", "10.5"), row("credit", "-10.25"), row("free", "0"), row("refund", "-0.25")})});
    EXPECT_EQ(value("SELECT trim_scale(sum(billed_cost)) || ' of ' || count(*) FROM wh.fact_charge"),
              "0 of 4");
}

TEST_F(DataFaults, D19_lines_without_their_optional_keys_are_the_same_lines_the_second_time) {
    job({{"sku_code: {from: sku, required: true}", "sku_code: sku"}});
    auto const bill =
        page({R"({"day":"2026-03-01","cost":1})", R"({"day":"2026-03-01","cost":2})", row("a", "3")});
    load_from({bill});
    auto const before = line_versions();
    database_.execute("UPDATE etl.slice SET content_sha256 = NULL"); // the merge itself has to notice
    load_from({bill});
    EXPECT_EQ(line_versions(), before);
    EXPECT_EQ(value("SELECT count(*) FROM wh.fact_charge"), "3");
}

TEST_F(DataFaults, D20_every_character_below_0x300_and_what_copy_could_mistake_arrives_unchanged) {
    std::vector<std::string> bill, expected;
    auto const add = [&](std::string const& json, std::string const& hexadecimal) {
        auto const sku = fmt::format("s{:04}", bill.size());
        bill.push_back(row(sku, "1", "\"name\":\"" + json + '"'));
        expected.push_back(sku + " | " + hexadecimal);
    };
    for (unsigned code = 1; code < 0x300; ++code) // between two letters: blanks at the ends are no content
        add(fmt::format("x\\u{:04x}y", code),
            code < 0x80 ? fmt::format("78{:02x}79", code)
                        : fmt::format("78{:02x}{:02x}79", 0xc0 | code >> 6, 0x80 | (code & 0x3f)));
    add("\\\\N", "5c4e");
    add("\\\\.", "5c2e");
    add("a\\r\\nb\\tc\\\\", "610d0a6209635c");
    add("\\ud83d\\udcb0", "f09f92b0");
    load_from({page(bill)});
    EXPECT_EQ(rows("SELECT sku_code, encode(convert_to(sku_name_reported, 'UTF8'), 'hex') FROM mart.charge "
                   "ORDER BY 1"),
              expected);
}

TEST_F(DataFaults, D21_a_vendors_text_stays_on_its_line_of_the_log) {
    job({});
    auto const bad =
        std::string(R"({"day":"2026-03-01","sku":"a\u001b[2J\r=cmd","cost":"none\nerror forged\u001b[2J"})");
    vendor_says({page({bad, bad})}); // one is let pass
    auto const run = load();
    EXPECT_EQ(run.exit_code, 65) << run.err;
    EXPECT_EQ(run.err.find('\x1b'), std::string::npos) << run.err;
    EXPECT_EQ(run.err.find("\nerror forged"), std::string::npos) << run.err;
    EXPECT_THAT(run.err, HasSubstr("error forged")) << "it is shown, on the line of its own message";
}

} // namespace
} // namespace billhouse
