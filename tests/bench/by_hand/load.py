"""A careful script as a team would write it: requests, exact decimals, COPY into staging, one upsert a day.

usage: load.py BASE_URL DAYS VARIANT          the database is libpq's default
"""

import datetime
import decimal
import hashlib
import io
import json
import sys

import psycopg2
import requests

STAGING = """CREATE TEMP TABLE staging (LIKE by_hand.fact) ON COMMIT DROP"""
UPSERT = """
INSERT INTO by_hand.fact AS f SELECT * FROM staging
ON CONFLICT (usage_date, line_key) DO UPDATE SET
  list_cost = excluded.list_cost, billed_cost = excluded.billed_cost, deduction = excluded.deduction, owed = excluded.owed,
  coupon = excluded.coupon, stored_card = excluded.stored_card, cash = excluded.cash, quantity = excluded.quantity,
  loaded_at = excluded.loaded_at
WHERE (f.list_cost, f.billed_cost, f.deduction, f.owed, f.coupon, f.stored_card, f.cash, f.quantity) IS DISTINCT FROM
      (excluded.list_cost, excluded.billed_cost, excluded.deduction, excluded.owed, excluded.coupon, excluded.stored_card,
       excluded.cash, excluded.quantity)"""


class Members:
    """Surrogate keys of one dimension, cached."""

    def __init__(self, cursor, table, key, code):
        self.cursor, self.table, self.key, self.code = cursor, table, key, code
        cursor.execute(f"SELECT {code}, {key} FROM by_hand.{table}")
        self.keys = dict(cursor.fetchall())

    def key_of(self, code, name):
        if code not in self.keys:
            self.cursor.execute(
                f"INSERT INTO by_hand.{self.table} ({self.code}, name) VALUES (%s, %s) RETURNING {self.key}", (code, name))
            self.keys[code] = self.cursor.fetchone()[0]
        return self.keys[code]


def number(value):
    return "\\N" if value in (None, "None", "") else str(value)


def rows_of(records, workspaces, products, now):
    for record in records:
        key = hashlib.md5("|".join((record["consumeTimeOfDay"], record["workspaceUuid"], record["productDetail"], record["tag6"],
                                    record["commodityCategory"])).encode()).hexdigest()
        yield "\t".join((
            record["consumeTimeOfDay"], key, str(workspaces.key_of(record["workspaceUuid"], record["workspaceName"])),
            str(products.key_of(record["tag6"], record["productDetail"])), record["billingCycle"], record["commodityCategory"],
            number(record["originAmount"]), number(record["billingResult"]), number(record["deductionAmount"]),
            number(record["oweAmount"]), number(record["couponAmount"]), number(record["storedCardAmount"]),
            number(record["cashAmount"]), number(record["count"]), now))


def main(base_url, days, variant):
    session = requests.Session()
    connection = psycopg2.connect("")
    for offset in range(days):
        day = datetime.date(2023, 1, 1) + datetime.timedelta(offset)
        with connection, connection.cursor() as cursor:
            workspaces = Members(cursor, "workspace", "workspace_key", "id")
            products = Members(cursor, "product", "product_key", "code")
            cursor.execute(STAGING)
            seen, page, total = 0, 1, None
            while total is None or seen < total:
                answer = session.get(f"{base_url}/lines", params={"day": day.isoformat(), "page": page, "variant": variant}, timeout=60)
                answer.raise_for_status()
                body = json.loads(answer.content, parse_float=decimal.Decimal)
                total = body["pageInfo"]["totalCount"]
                seen, page = seen + len(body["content"]), page + 1
                now = datetime.datetime.now(datetime.timezone.utc).isoformat()
                lines = "\n".join(rows_of(body["content"], workspaces, products, now)) + "\n"
                cursor.copy_expert("COPY staging FROM STDIN", io.StringIO(lines))
            cursor.execute(UPSERT)


main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
