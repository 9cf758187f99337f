-- waiting for another migrate to end
SELECT pg_advisory_xact_lock(hashtextextended('billhouse:migrate', 0))
