-- setting up the transaction
-- All our SQL names its schemas. Roles, databases and PGOPTIONS may have other defaults, and a pooler may hand out a session with any:
-- so all is set for one transaction and outlives none.
SELECT set_config('search_path', 'pg_catalog, pg_temp', true),
       set_config('statement_timeout', $1, true),
       set_config('lock_timeout', $2, true),
       set_config('idle_in_transaction_session_timeout', '60s', true),
       -- A commit that was told must survive the server's fall. A stricter setting stays.
       set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, true),
       set_config('standard_conforming_strings', 'on', true),
       set_config('jit', 'off', true),                       -- costs seconds a statement on partitioned tables
       set_config('DateStyle', 'ISO, YMD', true),
       set_config('TimeZone', 'UTC', true),
       set_config('bytea_output', 'hex', true),
       set_config('client_min_messages', 'warning', true),
       -- Frees the locks of a killed run within seconds. Only where the server knows the setting.
       CASE WHEN current_setting('client_connection_check_interval', true) = '0'
            THEN set_config('client_connection_check_interval', '5s', true) END
