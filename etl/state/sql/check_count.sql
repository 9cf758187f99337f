-- comparing counts with the vendor's
-- $5 the vendor's number, $6 whether the stream has documents, $7 tolerance.
SELECT '', '', $5::numeric, actual, $7::numeric, abs($5::numeric - actual) <= $7::numeric
FROM (SELECT CASE WHEN $6::boolean THEN count(DISTINCT document_id) ELSE count(*) END AS actual
      FROM wh.fact_charge
      WHERE stream_id = $1 AND scope_key = $2 AND charge_date >= $3::date AND charge_date < $4::date) AS star
