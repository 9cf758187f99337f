"""dlt's rest_api source into PostgreSQL, with the faster settings of its documentation.

usage: load.py BASE_URL VARIANT FOLDER-OF-VENVS          the database is libpq's default
"""

import os
import sys
import tempfile

# https://dlthub.com/docs/reference/performance: larger buffers, files that several processes can normalize at once
SETTINGS = {
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "RUNTIME__LOG_LEVEL": "ERROR",
    "SOURCES__DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
    "SOURCES__DATA_WRITER__FILE_MAX_ITEMS": "50000",
    "NORMALIZE__DATA_WRITER__BUFFER_MAX_ITEMS": "20000",
    "NORMALIZE__DATA_WRITER__FILE_MAX_ITEMS": "50000",
    "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
    "SOURCES__DATA_WRITER__DISABLE_COMPRESSION": "true",
    "NORMALIZE__WORKERS": str(os.cpu_count()),
    "LOAD__WORKERS": "4",
}
os.environ.update(SETTINGS)

import dlt  # noqa: E402: it reads its settings from the environment when it is imported
from dlt.sources.rest_api import rest_api_source  # noqa: E402

KEY = ["consume_time_of_day", "workspace_uuid", "product_detail", "tag6", "commodity_category"]  # the columns' names, not the fields'
AMOUNTS = ("billing_result", "deduction_amount", "owe_amount", "origin_amount", "coupon_amount", "stored_card_amount", "cash_amount")


def source(base_url, variant):
    """Pages by number up to the vendor's own total; amounts hinted as decimals, without which dlt takes them for doubles."""
    amount = {"data_type": "decimal", "precision": 38, "scale": 9}
    return rest_api_source({
        "client": {"base_url": base_url},
        "resources": [{
            "name": "lines",
            "endpoint": {
                "path": "lines", "params": {"variant": variant}, "data_selector": "content",
                "paginator": {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": "pageInfo.totalPages"},
            },
            "primary_key": KEY,
            "write_disposition": {"disposition": "merge", "strategy": "upsert"},
            "columns": {name: dict(amount) for name in AMOUNTS} | {"consume_time_of_day": {"data_type": "date"}},
            "max_table_nesting": 0,
        }],
    })


def main(base_url, variant):
    credentials = "postgresql://{PGUSER}:{PGPASSWORD}@127.0.0.1:{PGPORT}/{PGDATABASE}".format(**os.environ)
    with tempfile.TemporaryDirectory(prefix="dlt.") as folder:
        pipeline = dlt.pipeline("bench", pipelines_dir=folder, dataset_name="peer", destination=dlt.destinations.postgres(credentials))
        pipeline.run(source(base_url, variant), loader_file_format="csv")


if __name__ == "__main__":  # the processes that normalize import this file again
    main(sys.argv[1], sys.argv[2])
