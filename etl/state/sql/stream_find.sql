-- looking for the stream
SELECT st.stream_id, st.source_key, s.source_code, st.identity_version,
       EXISTS (SELECT FROM etl.slice x WHERE x.stream_id = st.stream_id AND x.loaded_rows > 0),
       st.identity_columns
FROM etl.stream st JOIN wh.dim_source s USING (source_key)
WHERE st.stream_code = $1
