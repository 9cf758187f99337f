-- Roles of the warehouse, each with what it needs and no more. To be run by psql, as a superuser, in the warehouse's database:
--
--     psql -d billing -v ON_ERROR_STOP=1 --single-transaction -f schema/roles.sql
--
-- Once before the first `billhouse migrate`, and again after it: it changes only what differs. What later migrations make or make anew is
-- readable for both roles at once; a table that the loader must write needs this file once more.
-- `billhouse check --connect` tells what the loader still lacks. Other names: -v owner=... -v migrator=... -v loader=... -v analyst=...
--
--     role                 may
--     billhouse_owner      owns schemas, tables and functions; nobody logs in as it
--     billhouse_migrator   `billhouse migrate`: its sessions act as the owner
--     billhouse_loader     every other command. No TRUNCATE, DROP, ALTER or CREATE; deletes facts only, the ledger is closed to it.
--                          Partitions come and go by the owner's functions
--     billhouse_analyst    reads wh, mart, focus and etl.page (where an amount comes from). Grant it to people and tools
--
-- The two that log in have no password here: \password billhouse_loader, or a peer or certificate rule in pg_hba.conf.

\if :{?owner}
\else
    \set owner billhouse_owner
\endif
\if :{?migrator}
\else
    \set migrator billhouse_migrator
\endif
\if :{?loader}
\else
    \set loader billhouse_loader
\endif
\if :{?analyst}
\else
    \set analyst billhouse_analyst
\endif
\set QUIET on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
SELECT format('CREATE ROLE %I %s', name, options)
FROM (VALUES (:'owner', 'NOLOGIN'), (:'migrator', 'LOGIN CONNECTION LIMIT 2'), (:'loader', 'LOGIN CONNECTION LIMIT 8'), (:'analyst', 'NOLOGIN')) AS wanted (name, options)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
GRANT :"owner" TO :"migrator";
ALTER ROLE :"migrator" SET role = :'owner';

-- Defaults for whoever works under the loader's name by hand; billhouse sets its own for each transaction.
ALTER ROLE :"loader" SET search_path = pg_catalog, pg_temp;
ALTER ROLE :"loader" SET statement_timeout = '10min';
ALTER ROLE :"loader" SET lock_timeout = '30s';
ALTER ROLE :"loader" SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE :"loader" SET client_connection_check_interval = '5s';

SELECT current_database() AS database \gset
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"database" TO :"owner";
GRANT CONNECT ON DATABASE :"database" TO :"migrator", :"analyst";
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"loader";

-- ------------------------------------------------------------------------------ what is there already goes to the owner
SELECT format('ALTER SCHEMA %I OWNER TO %I', nspname, :'owner')
FROM pg_namespace WHERE nspname IN ('etl', 'raw', 'wh', 'mart', 'focus') AND nspowner <> :'owner'::regrole
UNION ALL
SELECT format('ALTER %s %s OWNER TO %I', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.oid::regclass, :'owner')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('etl', 'raw', 'wh', 'mart', 'focus') AND relkind IN ('r', 'p', 'v') AND relowner <> :'owner'::regrole
UNION ALL
SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, :'owner')
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname IN ('etl', 'raw', 'wh', 'mart', 'focus') AND proowner <> :'owner'::regrole \gexec

-- ---------------------------------------------------------------------------------------------------------- privileges
-- Only once `billhouse migrate` has made the schemas. Rights on a partitioned table hold for partitions to come as well.
SELECT to_regclass('etl.migration') IS NOT NULL AS migrated \gset
\if :migrated
    REVOKE ALL ON ALL TABLES IN SCHEMA etl, raw, wh, mart, focus FROM :"loader", :"analyst";
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA etl, wh FROM :"loader", :"analyst";

    GRANT USAGE ON SCHEMA etl, raw, wh, mart TO :"loader";
    GRANT SELECT ON ALL TABLES IN SCHEMA etl, wh, mart TO :"loader";
    GRANT SELECT, INSERT ON raw.page_body TO :"loader";
    GRANT INSERT, UPDATE, DELETE ON wh.fact_charge TO :"loader";
    GRANT INSERT, UPDATE ON wh.fact_document, wh.dim_source, wh.dim_billing_account, wh.dim_sub_account, wh.dim_sub_account_version,
        wh.dim_service, wh.dim_sku, wh.dim_sku_version, etl.stream, etl.run, etl.slice, etl.watermark, etl.quarantine TO :"loader";
    GRANT INSERT ON wh.fact_charge_change, wh.dim_charge_type, wh.dim_currency, etl.page, etl.reconciliation, etl.acceptance TO :"loader";
    SELECT format('GRANT USAGE ON SEQUENCE %s TO %I', pg_get_serial_sequence('etl.page', 'page_id'), :'loader') \gexec
    GRANT EXECUTE ON FUNCTION etl.ensure_month_partitions(regclass, date, date), etl.ensure_page_partitions(integer, date, date),
        etl.drop_page_partitions(integer, date), etl.supersede_slices(integer, text, date, date, bigint) TO :"loader";

    GRANT USAGE ON SCHEMA wh, mart, focus, etl TO :"analyst";
    GRANT SELECT ON ALL TABLES IN SCHEMA wh, mart, focus TO :"analyst";
    GRANT SELECT ON etl.page TO :"analyst";

    -- A migration that drops a view to make it anew takes its grants along.
    ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA etl, wh, mart GRANT SELECT ON TABLES TO :"loader";
    ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA wh, mart, focus GRANT SELECT ON TABLES TO :"analyst";
\else
    \warn 'roles are made; run billhouse migrate as the migrator, then this file again'
\endif
