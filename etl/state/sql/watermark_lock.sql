-- waiting for other loads of the stream
SELECT complete_through FROM etl.watermark WHERE stream_id = $1 AND scope_key = $2 FOR UPDATE
