#include "state_test.hpp"
#include "support/data_files.hpp"

namespace billhouse {
namespace {

using testing::IsEmpty;

std::filesystem::path const kSource = BILLHOUSE_SOURCE_DIR;

/// What the catalog of a migrated database says of itself.
class WarehouseReference : public StateTest {
protected:
    std::vector<std::string> lines(std::string const& sql) {
        std::vector<std::string> lines;
        for (auto const& row : db_.query(sql))
            lines.push_back(row[0].value_or("NULL"));
        return lines;
    }
};

TEST_F(WarehouseReference, every_schema_table_column_view_and_function_says_what_it_is) {
    EXPECT_THAT(lines("SELECT c.oid::regclass || coalesce('.' || a.attname, '') FROM pg_class c "
                      "LEFT JOIN LATERAL (SELECT 0 AS attnum, NULL::name AS attname UNION ALL SELECT attnum, "
                      "attname FROM "
                      "pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS a ON true "
                      "WHERE c.relnamespace::regnamespace::text IN ('etl', 'raw', 'wh', 'mart', 'focus') AND "
                      "c.relkind IN "
                      "('r', 'p', 'v') AND coalesce(CASE WHEN a.attnum = 0 THEN obj_description(c.oid, "
                      "'pg_class') ELSE "
                      "col_description(c.oid, a.attnum) END, '') = '' "
                      "UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc p WHERE "
                      "p.pronamespace::regnamespace::text IN "
                      "('etl', 'raw', 'wh', 'mart', 'focus') AND obj_description(p.oid, 'pg_proc') IS NULL "
                      "UNION ALL SELECT nspname FROM pg_namespace WHERE nspname IN ('etl', 'raw', 'wh', "
                      "'mart', 'focus') AND "
                      "obj_description(oid, 'pg_namespace') IS NULL"),
                IsEmpty());
}

TEST_F(WarehouseReference, an_amount_says_its_currency) {
    EXPECT_THAT(
        lines(
            "SELECT c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = "
            "c.oid AND a.attnum > 0 WHERE c.relnamespace::regnamespace::text IN ('wh', 'mart', 'focus') AND "
            "NOT c.relispartition AND a.atttypid = 'numeric'::regtype AND a.attname ~ "
            "'(cost|amount|unit_?price|^price|^discount)$' AND col_description(c.oid, a.attnum) !~* "
            "'currency'"),
        IsEmpty());
}

TEST_F(WarehouseReference, every_key_of_a_fact_stands_in_the_list_of_relationships) {
    EXPECT_THAT(
        lines(
            "SELECT c.oid::regclass || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = "
            "c.oid AND a.attnum > 0 WHERE c.oid::regclass::text IN ('wh.fact_charge', "
            "'wh.fact_charge_change', "
            "'wh.fact_document') AND a.attname ~ '(_key|_id|_code)$' AND a.attname NOT IN ('charge_key', "
            "'scope_key', 'document_id') AND NOT EXISTS (SELECT FROM wh.relationship r WHERE r.child_table = "
            "c.oid::regclass::text AND r.child_column = a.attname) AND NOT EXISTS (SELECT FROM pg_constraint "
            "k "
            "WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conkey[1] = a.attnum)"),
        IsEmpty());
}

TEST_F(WarehouseReference, the_generated_documentation_is_up_to_date) {
    std::string text;
    for (auto const& line : lines(file_text(kSource / "scripts/lib/warehouse_reference.sql")))
        text += line + "\n";
    EXPECT_TRUE(text == file_text(kSource / "schema/warehouse.md"))
        << "schema/warehouse.md is not what the database says: run scripts/update_reference";
}

} // namespace
} // namespace billhouse
