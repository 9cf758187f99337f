"""tap-rest-api-msdk into MeltanoLabs' target-postgres: under `meltano run`, or (`pipe`) one piped into the other without Meltano.

usage: load.py BASE_URL VARIANT FOLDER-OF-VENVS run|pipe          the database is libpq's default
"""

import json
import os
import string
import subprocess
import sys
from pathlib import Path

KEY = ["consumeTimeOfDay", "workspaceUuid", "productDetail", "tag6", "commodityCategory"]
TEXTS = ["orgName", "productName", "productDetail", "billingCycle", "serviceBillingAmount", "cashCouldAmount", "commodityCategory",
         "consumePlatform", "customerIdentifier", "consumption", "workspaceUuid", "workspaceName", "consumeTime", "tag6",
         "billingResultDetails"]
AMOUNTS = ["billingResult", "deductionAmount", "oweAmount", "originAmount", "couponAmount", "storedCardAmount", "cashAmount"]


def tap_config(base_url, variant):
    """The schema is given: else the tap reads the first page once more to guess it."""
    types = {name: {"type": ["string", "null"]} for name in TEXTS} | {name: {"type": ["number", "null"]} for name in AMOUNTS}
    types |= {"consumeTimeOfDay": {"type": "string", "format": "date"}, "count": {"type": ["integer", "null"]}}
    return {
        "api_url": base_url, "pagination_request_style": "page_number_paginator", "pagination_response_style": "page",
        "next_page_token_path": "$.pageInfo.hasMore", "pagination_next_page_param": "page", "pagination_initial_offset": 1,
        "streams": [{"name": "lines", "path": "/lines", "params": {"variant": variant}, "records_path": "$.content[*]",
                     "primary_keys": KEY, "schema": {"type": "object", "properties": types}}],
    }


def target_config():
    env = os.environ
    return {
        "host": "127.0.0.1", "port": int(env["PGPORT"]), "user": env["PGUSER"], "password": env["PGPASSWORD"],
        "database": env["PGDATABASE"], "default_target_schema": "peer", "load_method": "upsert", "use_copy": True,
        "batch_size_rows": 100_000, "add_record_metadata": False, "activate_version": False,
    }


def run(base_url, variant, venvs):
    template = string.Template(Path(__file__).with_name("meltano.yml").read_text())
    Path("meltano.yml").write_text(template.substitute(
        TAP=venvs / "tap/bin/tap-rest-api-msdk", TAP_CONFIG=json.dumps(tap_config(base_url, variant)),
        TARGET=venvs / "target/bin/target-postgres", TARGET_CONFIG=json.dumps(target_config())))
    done = subprocess.run([venvs / "meltano/bin/meltano", "run", "--full-refresh", "tap-rest-api-msdk", "target-postgres"])
    sys.exit(done.returncode)


def pipe(base_url, variant, venvs):
    Path("tap.json").write_text(json.dumps(tap_config(base_url, variant)))
    Path("target.json").write_text(json.dumps(target_config()))
    tap = subprocess.Popen([venvs / "tap/bin/tap-rest-api-msdk", "--config", "tap.json"], stdout=subprocess.PIPE)
    target = subprocess.run([venvs / "target/bin/target-postgres", "--config", "target.json"], stdin=tap.stdout)
    if tap.wait() or target.returncode:
        sys.exit(f"the tap ended with {tap.returncode}, the target with {target.returncode}")


{"run": run, "pipe": pipe}[sys.argv[4]](sys.argv[1], sys.argv[2], Path(sys.argv[3]))
