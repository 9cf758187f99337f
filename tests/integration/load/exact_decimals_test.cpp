#include "base/error.hpp"
#include "decode/json_records.hpp"
#include "job/job_loader.hpp"
#include "transform/star_mapper.hpp"

#include "load_fixture.hpp"
#include "support/job_text.hpp"

#include <fmt/format.h>

#include <random>

namespace billhouse {
namespace {

constexpr int kBatches = 25, kLines = 10'000;     // of four amounts each: a million
constexpr int kMoneyLimit = 20, kOtherLimit = 30; ///< powers of ten that the star's columns hold

/// Amounts in every way that vendors write them.
std::string job_text() {
    return JobText{.source = "{code: guance_cn, vendor: guance, provider: Guance, invoice_issuer: Guance, "
                             "publisher: Guance, currency: CNY, timezone: UTC}",
                   .currency = "{constant: CNY}",
                   .money = "{constant: \"1\"}",
                   .columns = R"(        unit_price: number
        discount_amount: text
        unpaid_amount: {from: cents, shift: -2}
        cash_amount: {units: money.units, nanos: money.nanos}
)"}
        .str();
}

/// Amounts as a vendor might write them. Reproducible: the same numbers in every run.
class RandomDecimals {
public:
    /// A JSON number below 10^limit: up to 38 digits, plain or with an exponent.
    std::string number(int limit, int max_scale = 100) {
        auto const digits = digits_of(between(1, 38));
        auto const count = static_cast<int>(digits.size());
        auto const scale = between(count - limit, max_scale);
        auto const sign = between(0, 1) == 0 ? "" : "-";
        if (digits == "0") return sign + digits;
        switch (between(0, 3)) {
        case 0:
            return fmt::format("{}{}e{}", sign, digits, -scale);
        case 1:
            return fmt::format("{}{}{}{}E{:+}", sign, digits[0], count > 1 ? "." : "", digits.substr(1),
                               count - 1 - scale);
        default:
            return sign + plain(digits, scale);
        }
    }
    /// The same as text, where vendors are freer: a plus sign, leading zeros.
    std::string text(int limit) {
        auto written = number(limit);
        if (written[0] == '-') return written;
        return between(0, 3) == 0 ? "+" + written : between(0, 3) == 0 ? "00" + written : written;
    }
    std::string digits_of(int count) {
        std::string digits(1, static_cast<char>('0' + between(count == 1 ? 0 : 1, 9)));
        while (static_cast<int>(digits.size()) < count)
            digits += static_cast<char>('0' + between(0, 9) * between(0, 1)); // zeros often, in runs
        return digits;
    }
    int between(int low, int high) { return std::uniform_int_distribution(low, high)(random_); }

private:
    static std::string plain(std::string digits, int scale) {
        if (scale <= 0) return digits + std::string(static_cast<std::size_t>(-scale), '0');
        auto const places = static_cast<std::size_t>(scale);
        if (digits.size() <= places) digits.insert(0, places - digits.size() + 1, '0');
        return digits.insert(digits.size() - places, ".");
    }

    std::mt19937 random_{20260301};
};

class ExactDecimals : public LoadTest {
protected:
    ExactDecimals() {
        database.execute(
            "CREATE TABLE reference (charge_date date, record_path text, number text, text text, cents text, "
            "units text, nanos text)");
    }
    StarRows mapped(std::string const& body) {
        StarMapper mapper(job_.source, job_.streams[0], "");
        mapper.begin_page(0);
        decode_json_page(body, job_.streams[0].records, {},
                         [&](RecordView const& record) { mapper.map(record); });
        mapper.commit_page();
        return mapper.finish();
    }
    void load_rows(std::string const& day, StarRows const& rows) {
        merge({day, "", {}}, rows);
        session.commit();
    }
    /// One page of a day, and beside it what each amount's text is, for PostgreSQL to compute from.
    void load_batch(std::string const& day) {
        std::string body = R"({"rows":[)", reference = "INSERT INTO reference VALUES ";
        for (int i = 0; i < kLines; ++i) {
            auto const comma = i == 0 ? "" : ",";
            auto const number = random_.number(kOtherLimit), text = random_.text(kMoneyLimit),
                       cents = random_.number(kMoneyLimit + 2, 98);
            auto const sign = random_.between(0, 1) == 0 ? "" : "-";
            auto const units = sign + random_.digits_of(random_.between(1, 20)),
                       nanos = sign + random_.digits_of(random_.between(1, 9));
            auto const parts = random_.between(0, 9); // protocol buffers leave out what is zero
            body += fmt::format(
                R"({}{{"day":"{}","sku":"s{}","number":{},"text":"{}","cents":{},"money":{{{}{}{}}}}})",
                comma, day, i % 100, number, text, cents,
                parts != 0 ? fmt::format(R"("units":"{}")", units) : "", parts > 1 ? "," : "",
                parts != 1 ? fmt::format(R"("nanos":{})", nanos) : "");
            reference += fmt::format("{}('{}','/rows/{}','{}','{}','{}',{},{})", comma, day, i, number, text,
                                     cents, parts != 0 ? fmt::format("'{}'", units) : "NULL",
                                     parts != 1 ? fmt::format("'{}'", nanos) : "NULL");
        }
        auto const rows = mapped(body + "]}");
        ASSERT_TRUE(rows.rejects.empty()) << rows.rejects[0].reason << " in " << rows.rejects[0].raw;
        load_rows(day, rows);
        database.execute(reference);
    }
    /// Amounts of a column that are not what PostgreSQL reads in their texts. Products, for its quotients are
    /// rounded.
    std::string differences(std::string const& column, std::string const& expected) {
        return database.value(fmt::format("SELECT count(*) FROM reference r LEFT JOIN wh.fact_charge f USING "
                                          "(charge_date, record_path) WHERE f.{} IS DISTINCT FROM {}",
                                          column, expected));
    }

    JobDefinition const job_ = parse_configuration(std::nullopt, {{"jobs/acme.yaml", job_text()}}).jobs.at(0);
    RandomDecimals random_;
};

TEST_F(ExactDecimals, a_million_amounts_end_in_numeric_as_postgresql_reads_their_texts) {
    for (int batch = 0; batch < kBatches; ++batch)
        ASSERT_NO_FATAL_FAILURE(load_batch(fmt::format("2026-03-{:02}", batch + 1)));

    database.execute("ANALYZE reference; ANALYZE wh.fact_charge");
    EXPECT_EQ(database.value("SELECT count(*) FROM reference"), std::to_string(kBatches * kLines));
    EXPECT_EQ(database.value("SELECT count(*) FROM wh.fact_charge"), std::to_string(kBatches * kLines));
    EXPECT_EQ(differences("unit_price", "r.number::numeric"), "0");
    EXPECT_EQ(differences("discount_amount", "r.text::numeric"), "0");
    EXPECT_EQ(differences("unpaid_amount", "r.cents::numeric * 0.01"), "0");
    EXPECT_EQ(differences("cash_amount",
                          "coalesce(r.units::numeric, 0) + coalesce(r.nanos::numeric, 0) * 0.000000001"),
              "0");
    // The numbers are as wide as promised, or the test would show little.
    EXPECT_EQ(database.value("SELECT max(length(trim(leading '0' FROM replace(replace(abs(unit_price)::text, "
                             "'.', ''), '-', '')))) "
                             "FROM wh.fact_charge WHERE scale(unit_price) > 0"),
              "38");
    EXPECT_EQ(database.value("SELECT max(scale(unit_price)) FROM wh.fact_charge"), "100");
}

TEST_F(ExactDecimals, what_a_column_cannot_hold_is_rejected_and_never_rounded) {
    struct Case {
        std::string value, code;
    };
    std::vector<Case> const cases{
        {R"("NaN")", "not_a_number"},
        {R"("Infinity")", "not_a_number"},
        {R"("-Infinity")", "not_a_number"},
        {R"("inf")", "not_a_number"},
        {R"("1,000")", "not_a_number"},
        {R"("1.000,50")", "not_a_number"},
        {R"("")", "not_a_number"},
        {R"("0x10")", "not_a_number"},
        {R"("1e")", "not_a_number"},
        {R"("--1")", "not_a_number"},
        {R"("1 000")", "not_a_number"},
        {R"("$5")", "not_a_number"},
        {R"("١٢")", "not_a_number"},
        {"true", "not_a_number"},
        {"[1]", "wrong_type"},
        {"123456789012345678.901234567890123456789", "does_not_fit"},
        {R"("0.123456789012345678901234567890123456789")", "does_not_fit"},
        {"1e-101", "does_not_fit"},
        {R"("1e999999999999")", "does_not_fit"},
        {"100000000000000000000", "does_not_fit"},
        {"-1e20", "does_not_fit"},
    };
    std::string body =
        R"({"rows":[{"day":"2026-03-01","sku":"good","text":"99999999999999999999.999999999999999999"})";
    for (auto const& c : cases)
        body += fmt::format(R"(,{{"day":"2026-03-01","sku":"bad","text":{}}})", c.value);

    auto const rows = mapped(body + "]}");
    load_rows("2026-03-01", rows);

    ASSERT_EQ(rows.rejects.size(), cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(rows.rejects[i].reason_code, cases[i].code) << cases[i].value;
        EXPECT_EQ(rows.rejects[i].column, "discount_amount") << cases[i].value;
    }
    EXPECT_EQ(texts(database, "SELECT discount_amount::text FROM wh.fact_charge"),
              std::vector<std::string>{"99999999999999999999.999999999999999999"});
}

// The parser refuses exponents that no binary float holds even though it makes none: the page fails, by name.
TEST_F(ExactDecimals, bare_words_and_exponents_beyond_all_bounds_fail_the_page) {
    for (auto const* word : {"1e999", "NaN", "Infinity", "-Infinity", "0x10", "01", "1.", ".5", "+1"})
        EXPECT_THROW(mapped(fmt::format(R"({{"rows":[{{"day":"2026-03-01","sku":"s","text":{}}}]}})", word)),
                     Error)
            << word;
}

} // namespace
} // namespace billhouse
