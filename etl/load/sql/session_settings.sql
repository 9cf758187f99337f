-- setting up the session
-- All our SQL names its schemas. Roles and databases may have other defaults, and a pooler may hand on a session with any.
SELECT set_config('search_path', 'pg_catalog, pg_temp', false),
       set_config('statement_timeout', $1, false),
       set_config('lock_timeout', $2, false),
       set_config('idle_in_transaction_session_timeout', '300s', false),
       set_config('default_transaction_isolation', 'read committed', false),
       set_config('synchronous_commit', 'on', false),
       set_config('jit', 'off', false),                      -- costs seconds a statement on partitioned tables
       set_config('DateStyle', 'ISO, YMD', false),
       set_config('TimeZone', 'UTC', false),
       set_config('bytea_output', 'hex', false),
       set_config('client_min_messages', 'warning', false),
       -- Frees the locks of a killed run within seconds. From PostgreSQL 14, and only where its platform can.
       (SELECT set_config(name, '5s', false) FROM pg_catalog.pg_settings
         WHERE name = 'client_connection_check_interval' AND setting = '0')
