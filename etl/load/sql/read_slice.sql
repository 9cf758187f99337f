-- reading what the slice holds
-- The sub-selects are asked once, and not for each line of the day.
COPY (SELECT charge_date, charge_key, content_hash
      FROM wh.fact_charge
      WHERE charge_date >= current_setting('billhouse.slice_from')::date
        AND charge_date < current_setting('billhouse.slice_to')::date
        AND source_key = (SELECT current_setting('billhouse.source_key')::bigint)
        AND stream_id = (SELECT current_setting('billhouse.stream_id')::integer)
        AND scope_key = (SELECT current_setting('billhouse.scope'))) TO STDOUT (FORMAT binary)
