-- looking for lines that come back
-- Of each key the latest journal row, where that is a vanish: position in $1, version, first load in microseconds since 1970.
SELECT wanted.i, latest.version, (extract(epoch FROM latest.line_loaded_at) * 1000000)::bigint
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted(charge_key, i)
CROSS JOIN LATERAL (SELECT j.op, j.version, j.line_loaded_at
                    FROM wh.fact_charge_change j
                    WHERE j.charge_key = wanted.charge_key
                    ORDER BY j.recorded_at DESC
                    LIMIT 1) AS latest
WHERE latest.op = 'vanish'
