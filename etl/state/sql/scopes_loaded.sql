-- listing the partitions that were loaded
SELECT DISTINCT scope_key FROM etl.slice WHERE stream_id = $1 ORDER BY scope_key
