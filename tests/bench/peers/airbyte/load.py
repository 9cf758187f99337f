"""PyAirbyte: a manifest of Airbyte's low-code CDK, read into its PostgreSQL cache and merged by primary key.

usage: load.py BASE_URL VARIANT FOLDER-OF-VENVS          the database is libpq's default

Its settings are its defaults, which its documentation offers none to go faster than: files of 100,000 records, merge.
https://docs.airbyte.com/platform/connector-development/config-based/understanding-the-yaml-file/pagination
"""

import os
import sys

os.environ |= {"DO_NOT_TRACK": "1", "AIRBYTE_OFFLINE_MODE": "1"}  # no telemetry, no list of connectors from outside

import airbyte as ab  # noqa: E402: it reads these when it is imported
from airbyte.caches import PostgresCache  # noqa: E402

KEY = ["consumeTimeOfDay", "workspaceUuid", "productDetail", "tag6", "commodityCategory"]
AMOUNTS = ["billingResult", "deductionAmount", "oweAmount", "originAmount", "couponAmount", "storedCardAmount", "cashAmount"]
TEXTS = ["consumeTimeOfDay", "orgName", "productName", "productDetail", "billingCycle", "serviceBillingAmount", "cashCouldAmount",
         "commodityCategory", "consumePlatform", "customerIdentifier", "consumption", "workspaceUuid", "workspaceName", "consumeTime",
         "tag6", "billingResultDetails"]


def manifest(base_url, variant):
    types = {name: "string" for name in TEXTS} | {name: "number" for name in AMOUNTS} | {"count": "integer"}
    return {
        "version": "6.0.0", "type": "DeclarativeSource", "check": {"type": "CheckStream", "stream_names": ["lines"]},
        "spec": {"type": "Spec", "connection_specification": {"type": "object", "properties": {}}},
        "streams": [{
            "type": "DeclarativeStream", "name": "lines", "primary_key": KEY,
            "schema_loader": {"type": "InlineSchemaLoader", "schema": {
                "type": "object", "properties": {name: {"type": ["null", kind]} for name, kind in types.items()}}},
            "retriever": {
                "type": "SimpleRetriever",
                "requester": {"type": "HttpRequester", "url_base": base_url, "path": "/lines", "http_method": "GET",
                              "request_parameters": {"variant": variant}},
                "record_selector": {"type": "RecordSelector", "extractor": {"type": "DpathExtractor", "field_path": ["content"]}},
                "paginator": {
                    "type": "DefaultPaginator",
                    "page_token_option": {"type": "RequestOption", "inject_into": "request_parameter", "field_name": "page"},
                    "pagination_strategy": {"type": "PageIncrement", "start_from_page": 1, "page_size": 1000,
                                            "inject_on_first_request": True}},
            },
        }],
    }


def main(base_url, variant):
    source = ab.get_source("source-bench", config={}, source_manifest=manifest(base_url, variant))
    source.select_all_streams()
    cache = PostgresCache(host="127.0.0.1", port=int(os.environ["PGPORT"]), username=os.environ["PGUSER"],
                          password=os.environ["PGPASSWORD"], database=os.environ["PGDATABASE"], schema_name="peer")
    source.read(cache=cache, write_strategy="merge")


main(sys.argv[1], sys.argv[2])
