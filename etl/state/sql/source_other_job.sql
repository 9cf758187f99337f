-- looking for another job's lines of the source
-- $1 source code, $2 what the codes of this job's streams begin with ("guance.")
SELECT st.stream_code
FROM etl.stream st JOIN wh.dim_source s USING (source_key)
WHERE s.source_code = $1 AND NOT starts_with(st.stream_code, $2)
  AND EXISTS (SELECT FROM etl.slice x WHERE x.stream_id = st.stream_id AND x.loaded_rows > 0)
ORDER BY 1 LIMIT 1
