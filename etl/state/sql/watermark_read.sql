-- reading the watermark
SELECT complete_through FROM etl.watermark WHERE stream_id = $1 AND scope_key = $2
