"""What is timed, and what it is timed against: the vendor in memory, billhouse, and the databases that they fill."""

import decimal
import json
import shutil
import subprocess
import urllib.request
from pathlib import Path

from measuring import Failed, measured, psql

HERE = Path(__file__).resolve().parent
FIRST_DAY = "2023-01-01"  # of page_vendor


class Vendor:
    def __init__(self, program, days, lines, latency_ms=0, page_size=1000):
        self.days, self.lines = days, lines
        self.process = subprocess.Popen([program, *map(str, (days, lines, latency_ms, page_size))], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path):
        with urllib.request.urlopen(f"{self.url}/{path}", timeout=600) as answer:
            return answer.read().decode()

    def stats(self):
        return json.loads(self.ask("stats"))

    def sum(self, variant):
        return decimal.Decimal(self.ask(f"sum?variant={variant}"))


class Billhouse:
    def __init__(self, program, folder, vendor, page_size=1000, max_body="64MiB"):
        self.program, self.folder, self.vendor = program, Path(folder), vendor
        (self.folder / "jobs").mkdir(parents=True, exist_ok=True)
        job = (HERE / "bench.yaml").read_text()
        job = job.replace("size: 1000, ", f"size: {page_size}, " if page_size <= 10**6 else "").replace("max_body: 64MiB", f"max_body: {max_body}\n  timeouts: {{total: 1h}}")
        (self.folder / "jobs" / "bench.yaml").write_text(job)

    def configure(self, variant, in_flight=1):
        settings = {"base_url": f'"{self.vendor.url}"', "variant": variant, "max_in_flight": str(in_flight)}
        text = "version: 1\njobs:\n  bench:\n    settings:\n" + "".join(f"      {k}: {v}\n" for k, v in settings.items())
        (self.folder / "billhouse.yaml").write_text(text)

    def command(self, *arguments):
        return [self.program, "--config", self.folder, "--log-level", "warning", *arguments]

    def load(self, database, variant="base", in_flight=1, from_day=0, to_day=None):
        """@param from_day, to_day  counted from the vendor's first day; without an end all of them"""
        self.configure(variant, in_flight)
        first, last = (psql(f"SELECT date '{FIRST_DAY}' + {day}") for day in (from_day, to_day or self.vendor.days))
        return measured(self.command("backfill", "bench", "--from", first, "--to", last, "--force"), database)

    def replay(self, database):
        self.configure("base")
        return measured(self.command("replay", "bench"), database)

    def migrate(self, database):
        self.configure("base")
        return measured(self.command("migrate"), database)

    def nothing_due(self, database):
        self.configure("base")
        return measured(self.command("run", "bench", "--until", FIRST_DAY), database)


def fresh(database, template="template1"):
    psql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    psql(f"CREATE DATABASE {database} TEMPLATE {template}")


def tuples_written(database):
    psql("SELECT pg_stat_force_next_flush()", database)
    return int(psql("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables WHERE schemaname = 'wh'",
                    database) or 0)


def loaded(database, table, amount, lines):
    """What a table says that all its lines cost.

    @return (the sum as a Decimal, the type of the amounts' column)
    @throws Failed  where it has not as many lines as it should
    """
    count, total, kind = psql(f"SELECT count(*), sum({amount}), pg_typeof(max({amount})) FROM {table}", database).split("|")
    if int(count) != lines:
        raise Failed(f"{table} has {count} rows, not {lines}")
    return decimal.Decimal(total), kind


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
