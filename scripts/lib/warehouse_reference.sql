-- Writes schema/warehouse.md, a line a row, from the catalog of a migrated database (scripts/update_reference runs it; a test compares).
-- Texts are told apart by collation "C", so that every server sorts them alike. Partitions are their parent's business.
WITH object AS (
    SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind IN ('r', 'p') AS is_table, n.nspname || '.' || quote_ident(c.relname) AS full_name,
           obj_description(c.oid, 'pg_class') AS words, array_position(ARRAY['mart', 'focus', 'wh', 'etl', 'raw'], n.nspname::text) AS place
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('mart', 'focus', 'wh', 'etl', 'raw') AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
), keyed AS ( -- every relationship: declared foreign keys, and wh.relationship for those that facts do without
    SELECT child.full_name AS child, a.attname::text AS child_column, parent.full_name AS parent, b.attname::text AS parent_column
    FROM pg_constraint k
    JOIN object child ON child.oid = k.conrelid
    JOIN object parent ON parent.oid = k.confrelid
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
    WHERE k.contype = 'f'
    UNION
    SELECT child_table, child_column, parent_table, parent_column FROM wh.relationship
), field AS (
    SELECT o.full_name, o.schema, o.is_table, a.attnum, a.attname::text AS name, replace(format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz') AS type,
           a.attnotnull AS is_required, replace(col_description(o.oid, a.attnum), '|', '\|') AS words,
           coalesce(a.attnum = ANY (p.conkey), false) AS is_primary, r.parent, r.parent_column
    FROM object o
    JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_constraint p ON p.conrelid = o.oid AND p.contype = 'p'
    LEFT JOIN keyed r ON r.child = o.full_name AND r.child_column = a.attname::text
), diagram(place, part, line) AS ( -- Mermaid wants names without dots; no two schemas share one
    SELECT d.place, 0, format(E'### %s\n\n```mermaid\nerDiagram', d.title)
    FROM (VALUES (1, 'The star'), (2, 'What the loader keeps')) AS d(place, title)
    UNION ALL -- entities with their keys
    SELECT d.place, 1, format(E'    %s {\n%s\n    }', split_part(f.full_name, '.', 2), string_agg(
               format('        %s %s%s', split_part(f.type, ' ', 1), f.name,
                      CASE WHEN f.is_primary AND f.parent IS NOT NULL THEN ' PK, FK' WHEN f.is_primary THEN ' PK' ELSE ' FK' END), E'\n' ORDER BY f.attnum))
    FROM (VALUES (1, ARRAY['wh']), (2, ARRAY['etl', 'raw'])) AS d(place, schemas)
    JOIN field f ON f.schema = ANY (d.schemas) AND f.is_table AND (f.is_primary OR f.parent IS NOT NULL)
    GROUP BY d.place, f.full_name
    UNION ALL -- relationships within the diagram; from the star to the loader's tables leads lineage, which the columns tell
    SELECT d.place, 2, format('    %s ||--o{ %s : %s', split_part(k.parent, '.', 2), split_part(k.child, '.', 2), k.child_column)
    FROM (VALUES (1, ARRAY['wh']), (2, ARRAY['etl', 'raw'])) AS d(place, schemas)
    JOIN keyed k ON split_part(k.child, '.', 1) = ANY (d.schemas) AND split_part(k.parent, '.', 1) = ANY (d.schemas)
    UNION ALL
    SELECT place, 3, E'```\n' FROM (VALUES (1), (2)) AS d(place)
), described(place, name, part, line) AS (
    SELECT o.place, '', 0, format(E'## `%s`\n\n%s\n', o.schema, obj_description(o.schema::regnamespace, 'pg_namespace')) FROM object o
    UNION
    SELECT o.place, o.name, 1, format(E'### `%s`%s\n\n%s', o.full_name, CASE WHEN o.is_table THEN '' ELSE ' (view)' END, o.words)
    FROM object o WHERE o.name !~ '^(CostAndUsage|cost_and_usage)_'
    UNION ALL
    SELECT o.place, o.name, 2, format(E'\n| column | type | key | meaning |\n| --- | --- | --- | --- |\n%s\n',
           string_agg(format('| `%s` | %s%s | %s | %s |', f.name, f.type, CASE WHEN f.is_required OR NOT o.is_table THEN '' ELSE ', may be NULL' END,
                             concat_ws(', ', CASE WHEN f.is_primary THEN 'primary' END, f.parent), f.words), E'\n' ORDER BY f.attnum))
    FROM object o JOIN (SELECT full_name, name, type, is_required, is_primary, words, attnum, string_agg(parent, ', ' ORDER BY parent COLLATE "C") AS parent
                        FROM field GROUP BY 1, 2, 3, 4, 5, 6, 7) AS f USING (full_name)
    WHERE o.name !~ '^(CostAndUsage|cost_and_usage)_' AND (o.full_name <> 'focus.charge' OR f.name LIKE 'x\_%')
    GROUP BY o.place, o.name
    UNION ALL -- the FOCUS datasets differ by the columns that a version has
    SELECT 2, 'cost_and_usage', 1, format(E'### FOCUS datasets: %s (views)\n\nUnquoted FOCUS queries run on `cost_and_usage_*`, exports and validators want the exact names of `"CostAndUsage_*"`. Each holds the columns of its version, and behind them the `x_` columns of `focus.charge`. "FOCUS vendors only": NULL unless the vendor bills in FOCUS itself.\n\n| column | %s | level | type | meaning |\n| --- | %s | --- | --- | --- |',
           (SELECT string_agg(format('`%s`', full_name), ', ' ORDER BY name COLLATE "C") FROM object WHERE name ~ '^(CostAndUsage|cost_and_usage)_'),
           string_agg(DISTINCT focus_version, ' | '), repeat('--- | ', count(DISTINCT focus_version)::int - 1) || '---')
    FROM focus.column_spec
    UNION ALL
    SELECT 2, 'cost_and_usage', 2, string_agg(s.line, E'\n' ORDER BY s.column_id COLLATE "C") || E'\n'
    FROM (SELECT c.column_id, format('| `%s` | %s | %s%s | %s | %s |', c.column_id,
                        string_agg(CASE WHEN has.column_id IS NULL THEN '' ELSE 'x' END, ' | ' ORDER BY v.focus_version), min(c.feature_level),
                        CASE WHEN bool_or(c.allows_null) THEN '' ELSE ', not NULL' END, min(c.data_type), min(c.meaning)) AS line
          FROM (SELECT DISTINCT column_id, feature_level, allows_null, data_type, meaning FROM focus.column_spec) AS c
          CROSS JOIN (SELECT DISTINCT focus_version FROM focus.column_spec) AS v
          LEFT JOIN focus.column_spec has USING (column_id, focus_version)
          GROUP BY c.column_id) AS s
    UNION ALL
    SELECT array_position(ARRAY['mart', 'focus', 'wh', 'etl', 'raw'], p.pronamespace::regnamespace::text), p.proname || '()', 1,
           format(E'### `%s.%s(%s)`\n\n%s\n\nReturns `%s`.\n', p.pronamespace::regnamespace, p.proname, pg_get_function_arguments(p.oid),
                  obj_description(p.oid, 'pg_proc'), pg_get_function_result(p.oid))
    FROM pg_proc p
    WHERE p.pronamespace::regnamespace::text IN ('mart', 'focus', 'wh', 'etl', 'raw')
)
SELECT line
FROM (SELECT 0 AS chapter, 0 AS place, '' AS name, 0 AS part,
             E'# The warehouse, table by table\n\nMade by `scripts/update_reference` from the comments in a migrated database: change those, not this file. What it all means, and how to\nstart, is told in `README.md`.\n\n## How the tables hang together\n\nFacts declare no foreign keys, which would cut the load to a quarter: `wh.relationship` lists them, and every test holds them.\n' AS line
      UNION ALL SELECT 1, place, '', part, line FROM diagram
      UNION ALL SELECT 2, place, name, part, line FROM described) AS document
ORDER BY chapter, place, name COLLATE "C", part, line COLLATE "C"
