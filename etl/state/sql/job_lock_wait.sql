-- waiting for the job's lock
SELECT pg_advisory_lock(hashtextextended($1, 0))
