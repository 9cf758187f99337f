-- looking for a warehouse
SELECT to_regclass('etl.migration') IS NOT NULL
