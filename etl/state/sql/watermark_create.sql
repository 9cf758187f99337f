-- opening the watermark
INSERT INTO etl.watermark (stream_id, scope_key) VALUES ($1, $2) ON CONFLICT DO NOTHING
