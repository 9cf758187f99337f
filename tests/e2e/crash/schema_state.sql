-- What a database consists of, whichever way it came to be.

-- section: relations
SELECT ROW(n.nspname, c.relname, c.relkind, c.relpersistence, obj_description(c.oid, 'pg_class'), CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END)::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('etl', 'wh', 'raw', 'mart', 'focus') ORDER BY 1

-- section: columns
SELECT ROW(a.attrelid::regclass, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum))::text
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE n.nspname IN ('etl', 'wh', 'raw', 'mart', 'focus') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1

-- section: constraints
SELECT ROW(conrelid::regclass, conname, pg_get_constraintdef(oid))::text FROM pg_constraint
WHERE connamespace::regnamespace::text IN ('etl', 'wh', 'raw', 'mart', 'focus') ORDER BY 1

-- section: functions
SELECT ROW(p.oid::regprocedure, md5(p.prosrc), p.provolatile, p.prosecdef, p.proconfig)::text FROM pg_proc p
WHERE p.pronamespace::regnamespace::text IN ('etl', 'wh', 'raw', 'mart', 'focus') ORDER BY 1
