-- reading held slices
SELECT st.stream_code, x.scope_key, x.slice_start, x.problem
FROM etl.slice x JOIN etl.stream st USING (stream_id)
WHERE x.held_run_id IS NOT NULL
ORDER BY st.stream_code, x.scope_key, x.slice_start
