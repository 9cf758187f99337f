#!/usr/bin/env bash
# Sling: an API spec read into PostgreSQL. Merging what an API gives ("incremental") needs a paid token, so every load is a full refresh.
# Its settings are its defaults: COPY into a temporary table, then the final one; the next page is asked for while the last is read, since
# next_state needs no answer. No columns' types are given: with them this version ends in a panic, as in
# github.com/slingdata-io/sling-cli/issues/674. https://docs.slingdata.io/concepts/api-specs/advanced
#
# usage: load.sh BASE_URL VARIANT FOLDER-OF-VENVS          the database is libpq's default
set -euo pipefail
url=$1 variant=$2 venvs=$3 folder=$PWD
cat >"$folder/spec.yaml" <<YAML
name: bench
endpoints:
  lines:
    state: {page: 1}
    request:
      url: $url/lines
      parameters: {page: "\${state.page}", variant: $variant}
    pagination:
      next_state: {page: "\${state.page + 1}"}
      stop_condition: "!response.json.pageInfo.hasMore"
    response:
      records: {jmespath: "content[]", primary_key: [consumeTimeOfDay, workspaceUuid, productDetail, tag6, commodityCategory]}
YAML
cat >"$folder/env.yaml" <<YAML
connections:
  BENCH: {type: api, spec: "file://$folder/spec.yaml"}
  POSTGRES: {type: postgres, host: 127.0.0.1, port: $PGPORT, user: $PGUSER, password: "$PGPASSWORD", database: $PGDATABASE, sslmode: disable}
YAML
cat >"$folder/replication.yaml" <<YAML
source: BENCH
target: POSTGRES
defaults: {mode: full-refresh, object: peer.lines}
streams:
  lines: {}
YAML
program=$(echo "$venvs"/env/lib/python3*/site-packages/sling_linux_amd64/bin/sling-linux-amd64)
chmod +x "$program"
SLING_HOME_DIR=$folder exec "$program" run -r "$folder/replication.yaml"
