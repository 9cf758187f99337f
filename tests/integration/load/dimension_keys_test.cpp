#include "load_fixture.hpp"

#include <algorithm>
#include <future>
#include <random>

namespace billhouse {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// All that loads of the same days must agree on, whatever their order: no surrogate keys, no times, no runs.
constexpr char const* kStarContent = R"(
    SELECT md5(string_agg(concat_ws('|', charge_date, charge_key, billed_cost, billing_account_name, sub_account_id, sa.sub_account_name, v.sub_account_name,
               v.first_charge_date, v.last_charge_date, service_name, sku_code, k.sku_name, kv.sku_name, kv.first_charge_date, kv.last_charge_date, k.pricing_unit),
               ',' ORDER BY charge_date, charge_key))
    FROM wh.fact_charge JOIN wh.dim_billing_account USING (billing_account_key) JOIN wh.dim_sub_account sa USING (sub_account_key)
    JOIN wh.dim_sub_account_version v USING (sub_account_version_key) JOIN wh.dim_service USING (service_key)
    JOIN wh.dim_sku k USING (sku_key) JOIN wh.dim_sku_version kv USING (sku_version_key))";

class DimensionKeysTest : public LoadTest {
protected:
    std::vector<std::string> versions() {
        return texts(
            database,
            "SELECT sub_account_id, v.sub_account_name, first_charge_date, last_charge_date FROM "
            "wh.dim_sub_account_version v"
            " JOIN wh.dim_sub_account USING (sub_account_key) WHERE sub_account_key > 0 ORDER BY 1, 3, 2");
    }
    std::string current_name() {
        return database.value(
            "SELECT sub_account_name FROM wh.dim_sub_account WHERE sub_account_id = 'ws-1'");
    }
};

/// Days with renames of workspace, SKU and service on the way.
std::vector<BillLine> day_with_renames(int day) {
    auto const date = (day < 10 ? "2026-03-0" : "2026-03-") + std::to_string(day);
    return {{.date = date,
             .sku_name = day < 4 ? "Logs" : "Log storage",
             .workspace_name = day < 6 ? "Alpha" : "Beta",
             .service_name = day < 8 ? "Guance" : "TrueWatch"},
            {.date = date,
             .sku = "traces",
             .workspace = "ws-" + std::to_string(day % 3),
             .workspace_name = "Name of day " + std::to_string(day)}};
}

} // namespace

TEST_F(DimensionKeysTest, a_rename_makes_a_version_and_the_latest_charge_date_names_the_member) {
    load_day("2026-03-01", {{.date = "2026-03-01", .workspace_name = "Alpha"}});
    load_day("2026-03-03", {{.date = "2026-03-03", .workspace_name = "Beta"}});
    EXPECT_EQ(current_name(), "Beta");
    load_day("2026-03-02", {{.date = "2026-03-02", .workspace_name = "Alpha"}});
    EXPECT_EQ(current_name(), "Beta") << "a backfill brought the old name back";
    EXPECT_THAT(versions(),
                ElementsAre("ws-1|Alpha|2026-03-01|2026-03-02", "ws-1|Beta|2026-03-03|2026-03-03"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, more_members_than_a_statement_takes_all_get_their_own_keys) {
    std::vector<BillLine> lines;
    for (int i = 0; i < 10'050; ++i)
        lines.push_back({.date = "2026-03-01",
                         .workspace = "workspace-" + std::to_string(i),
                         .workspace_name = "Name of " + std::to_string(i)});
    load_day("2026-03-01", lines);
    EXPECT_EQ(
        database.value(
            "SELECT count(DISTINCT f.sub_account_key) || ' ' || count(DISTINCT f.sub_account_version_key) || "
            "' ' "
            "|| "
            "count(*) FILTER (WHERE v.sub_account_name = replace(sub_account_id, 'workspace-', 'Name of ')) "
            "FROM wh.fact_charge f JOIN wh.dim_sub_account USING (sub_account_key) "
            "JOIN wh.dim_sub_account_version v USING (sub_account_version_key)"),
        "10050 10050 10050");
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, a_day_without_a_name_does_not_unname_the_member) {
    load_day("2026-03-01", {{.date = "2026-03-01", .workspace_name = "Alpha"}});
    load_day("2026-03-02", {{.date = "2026-03-02", .workspace_name = std::nullopt}});
    EXPECT_EQ(current_name(), "Alpha");
    EXPECT_THAT(versions(), ElementsAre("ws-1|Alpha|2026-03-01|2026-03-01", "ws-1||2026-03-02|2026-03-02"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, a_name_that_comes_back_on_a_later_day_is_the_current_one_again) {
    load_day("2026-03-01", {{.date = "2026-03-01", .workspace_name = "Alpha"}});
    load_day("2026-03-03", {{.date = "2026-03-03", .workspace_name = "Beta"}});
    load_day("2026-03-05", {{.date = "2026-03-05", .workspace_name = "Alpha"}});
    EXPECT_EQ(current_name(), "Alpha");
    load_day("2026-03-04", {{.date = "2026-03-04", .workspace_name = "Beta"}});
    EXPECT_EQ(current_name(), "Alpha");
    EXPECT_THAT(versions(),
                ElementsAre("ws-1|Alpha|2026-03-01|2026-03-05", "ws-1|Beta|2026-03-03|2026-03-04"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, what_another_load_called_a_known_member_meanwhile_is_not_forgotten) {
    load_day("2026-03-01", {{.date = "2026-03-01", .sku_name = "Logs", .workspace_name = "Alpha"}});
    auto const elsewhere = [&](char const* day) {
        DimensionKeys others(1);
        session.begin();
        others.resolve(session, bill({{.date = day, .sku_name = "Log storage", .workspace_name = "Beta"}}));
        session.commit();
    };
    auto const names = [&] {
        return current_name() + ", " + database.value("SELECT sku_name FROM wh.dim_sku WHERE sku_key > 0");
    };
    elsewhere("2026-03-05");
    load_day("2026-03-02", {{.date = "2026-03-02", .sku_name = "Logs", .workspace_name = "Alpha"}});
    EXPECT_EQ(names(), "Beta, Log storage") << "the other's day is the later one";
    load_day("2026-03-06", {{.date = "2026-03-06", .sku_name = "Logs", .workspace_name = "Alpha"}});
    EXPECT_EQ(names(), "Alpha, Logs");
    EXPECT_THAT(versions(),
                ElementsAre("ws-1|Alpha|2026-03-01|2026-03-06", "ws-1|Beta|2026-03-05|2026-03-05"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, days_loaded_in_any_order_and_twice_end_in_the_same_star) {
    std::vector<int> days{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    auto const load_all = [](LoadTest& test, auto load, std::vector<int> const& order) {
        (void)test;
        for (auto const day : order)
            load(day);
    };
    load_all(
        *this,
        [&](int day) {
            auto const lines = day_with_renames(day);
            load_day(lines[0].date, lines);
        },
        days);
    auto const expected = database.value(kStarContent);
    std::mt19937 random(7);
    for (int round = 0; round < 2; ++round) {
        std::ranges::shuffle(days, random);
        database.execute("TRUNCATE wh.fact_charge, wh.fact_charge_change, etl.slice; DELETE FROM "
                         "wh.dim_sku_version WHERE sku_key > 0; DELETE FROM wh.dim_sku WHERE sku_key > 0;"
                         "DELETE FROM wh.dim_sub_account_version WHERE sub_account_key > 0; DELETE FROM "
                         "wh.dim_sub_account WHERE sub_account_key > 0;"
                         "DELETE FROM wh.dim_service WHERE service_key > 0");
        keys.forget();
        auto order = days;
        order.insert(order.end(), days.rbegin(), days.rbegin() + 5);
        for (auto const day : order) {
            auto const lines = day_with_renames(day);
            load_day(lines[0].date, lines);
        }
        EXPECT_EQ(database.value(kStarContent), expected) << "round " << round;
    }
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, known_members_within_known_dates_are_not_written) {
    load({"2026-03-01", "2026-03-04", {{.date = "2026-03-01"}, {.date = "2026-03-03"}}});
    for (auto* cache : {&keys, static_cast<DimensionKeys*>(nullptr)}) {
        DimensionKeys uncached(1);
        session.begin();
        auto const resolved = (cache ? *cache : uncached).resolve(session, bill({{.date = "2026-03-02"}}));
        EXPECT_TRUE(wrote_nothing());
        EXPECT_GT(resolved.sub_accounts.at(0), 0);
        session.commit();
    }
}

TEST_F(DimensionKeysTest, members_that_no_line_names_are_left_out) {
    auto rows = bill(
        {{.date = "2026-03-01"}, {.date = "2026-03-01", .sku = "of-another-slice", .workspace = "ws-2"}});
    rows.lines.cut(1);
    session.begin();
    auto const resolved = keys.resolve(session, rows);
    session.commit();
    EXPECT_EQ(database.value("SELECT count(*) FROM wh.dim_sub_account WHERE sub_account_key > 0"), "1");
    EXPECT_EQ(database.value("SELECT count(*) FROM wh.dim_sku WHERE sku_key > 0"), "1");
    EXPECT_EQ(resolved.sub_accounts.at(1), -1);
}

TEST_F(DimensionKeysTest, keys_of_a_transaction_that_was_rolled_back_are_forgotten) {
    merge({"2026-03-01", "", {}}, bill({{.date = "2026-03-01"}}));
    session.rollback();
    keys.forget();
    load_day("2026-03-01", {{.date = "2026-03-01"}});
    EXPECT_THAT(star(), ElementsAre("2026-03-01 ws-1 logs 1 v1 2 2"));
    EXPECT_THAT(breaches(), IsEmpty());
}

TEST_F(DimensionKeysTest, a_sku_without_a_service_is_a_member_of_its_own_under_the_unknown_service) {
    auto rows = bill({{.date = "2026-03-01", .sku = "logs"}, {.date = "2026-03-01", .sku = "apm"}});
    std::vector<ChargeLine> lines(rows.lines.begin(), rows.lines.end());
    for (auto& line : lines)
        line.service = kNone;
    rows.lines = ChargeLines(lines.begin(), lines.end());
    for (auto& sku : rows.members.skus)
        sku.service = kNone;
    merge({"2026-03-01", "", {}}, rows);
    session.commit();
    EXPECT_THAT(texts(database, "SELECT sku_code, f.service_key FROM wh.fact_charge f JOIN wh.dim_sku USING "
                                "(sku_key) ORDER BY 1"),
                testing::ElementsAre("apm|-1", "logs|-1"));
    EXPECT_EQ(database.value("SELECT count(*) FROM wh.dim_service WHERE service_key > 0"), "0");
}

TEST_F(DimensionKeysTest, changed_attributes_of_a_service_follow_the_latest_day) {
    load_day("2026-03-02", {{.date = "2026-03-02", .service_name = "TrueWatch"}});
    load_day("2026-03-01", {{.date = "2026-03-01", .service_name = "Guance"}});
    EXPECT_EQ(database.value("SELECT service_name FROM wh.dim_service WHERE service_key > 0"), "TrueWatch");
    load_day("2026-03-03", {{.date = "2026-03-03", .service_name = "Observe"}});
    EXPECT_EQ(database.value("SELECT service_name FROM wh.dim_service WHERE service_key > 0"), "Observe");
}

TEST_F(DimensionKeysTest, a_load_keeps_its_identity_values) {
    for (auto const* day : {"2026-03-01", "2026-03-02", "2026-03-03"})
        load_day(day, {{.date = day}, {.date = day, .sku = "traces"}});
    EXPECT_EQ(database.value("SELECT last_value FROM pg_sequences WHERE schemaname = 'wh' AND sequencename = "
                             "'dim_sku_version_sku_version_key_seq'"),
              "2")
        << "widening a range burned identity values";
}

TEST_F(DimensionKeysTest, two_sessions_that_race_for_the_same_members_agree_on_them) {
    std::vector<BillLine> lines;
    for (int i = 0; i < 200; ++i)
        lines.push_back({.date = "2026-03-01",
                         .sku = "sku-" + std::to_string(i),
                         .workspace = "ws-" + std::to_string(i % 20)});
    auto backwards = lines;
    std::ranges::reverse(backwards);
    auto const resolve = [this](std::vector<BillLine> const& wanted) {
        auto settings = database.settings();
        settings.lock_timeout = std::chrono::seconds(20);
        PgSession own(settings, std::nullopt, "racer", {});
        DimensionKeys own_keys(1);
        auto const rows = bill(wanted);
        own.begin();
        auto const resolved = own_keys.resolve(own, rows);
        own.commit();
        std::map<std::string, std::int64_t> by_code;
        for (std::size_t i = 0; i < rows.members.skus.size(); ++i)
            by_code[rows.members.skus[i].code] = resolved.skus[i];
        return by_code;
    };
    for (int round = 0; round < 5; ++round) {
        auto const forward = std::async(std::launch::async, [&] { return resolve(lines); }).share();
        auto const backward = resolve(backwards);
        EXPECT_EQ(forward.get(), backward);
        EXPECT_EQ(database.value("SELECT count(*) FROM wh.dim_sku WHERE sku_key > 0"), "200");
        database.execute("TRUNCATE wh.dim_sku_version, wh.dim_sub_account_version, wh.dim_sku, "
                         "wh.dim_sub_account, wh.dim_service CASCADE");
    }
}

} // namespace billhouse
