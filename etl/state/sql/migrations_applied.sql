-- reading which migrations are applied
SELECT coalesce(version, 0), file_name, checksum, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
FROM etl.migration
ORDER BY version NULLS LAST, file_name
