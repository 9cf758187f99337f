-- recording a migration
INSERT INTO etl.migration AS m (file_name, version, checksum)
VALUES ($1, nullif($2::integer, 0), $3)
ON CONFLICT (file_name) DO UPDATE SET checksum = excluded.checksum, applied_at = now(), applied_by = current_user
WHERE m.version IS NULL
