-- naming the slice for read_slice.sql
-- COPY takes no parameters; settings that end with the transaction carry the values without being pasted into SQL.
SELECT set_config('billhouse.source_key', $1, true), set_config('billhouse.stream_id', $2, true), set_config('billhouse.scope', $3, true),
       set_config('billhouse.slice_from', $4, true), set_config('billhouse.slice_to', $5, true)
