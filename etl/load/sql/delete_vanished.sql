-- removing vanished lines
DELETE FROM wh.fact_charge f
USING pg_temp.load_presence p
WHERE p.op = 'vanish' AND f.charge_date = p.charge_date AND f.charge_key = p.charge_key
  AND p.recorded_at = $1::timestamptz AND f.charge_date >= $2::date AND f.charge_date < $3::date
