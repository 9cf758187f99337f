"""Times billhouse against a private PostgreSQL and a vendor in memory. Called by scripts/bench; see tests/bench/README.md.

Every case runs once a round, so that a busy moment of the machine hits all of them; ratios are medians of what was measured side
by side in one round. Nothing here says how fast a machine is, only how two things compare on it.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Measured:
    """One command's wall time (s), its own CPU time (s), peak memory (KiB) and the WAL (bytes) that the server wrote meanwhile."""

    def __init__(self, seconds, cpu, peak_kib, wal):
        self.seconds, self.cpu, self.peak_kib, self.wal = seconds, cpu, peak_kib, wal


def psql(sql, database="postgres"):
    return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], check=True,
                          capture_output=True, text=True).stdout.strip()


def measured(arguments, database, check=True, **options):
    psql("CHECKPOINT")
    before = psql("SELECT pg_current_wal_insert_lsn()")
    start = time.monotonic()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   env=os.environ | {"PGDATABASE": database}, **options)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        log.seek(0)
        text = log.read().decode(errors="replace")
    if check and status != 0:
        sys.exit(f"bench: {' '.join(map(str, arguments))} failed:\n{text[-2000:]}")
    wal = int(psql(f"SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{before}')"))
    return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, wal)


class Vendor:
    def __init__(self, program, days, lines, latency_ms=0):
        self.process = subprocess.Popen([program, str(days), str(lines), str(latency_ms)], stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def stats(self):
        with urllib.request.urlopen(f"{self.url}/stats", timeout=10) as answer:
            return json.load(answer)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Billhouse:
    def __init__(self, program, folder, vendor, days):
        self.program, self.folder, self.vendor, self.days = program, Path(folder), vendor, days
        (self.folder / "jobs").mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "bench.yaml", self.folder / "jobs" / "bench.yaml")

    def configure(self, variant, in_flight=1):
        settings = {"base_url": f'"{self.vendor.url}"', "variant": variant, "max_in_flight": str(in_flight)}
        text = "version: 1\njobs:\n  bench:\n    settings:\n" + "".join(f"      {k}: {v}\n" for k, v in settings.items())
        (self.folder / "billhouse.yaml").write_text(text)

    def command(self, *arguments):
        return [self.program, "--config", self.folder, "--log-level", "warning", *arguments]

    def load(self, database, variant="base", in_flight=1):
        self.configure(variant, in_flight)
        last = psql(f"SELECT date '2026-01-01' + {self.days}")
        return measured(self.command("backfill", "bench", "--from", "2026-01-01", "--to", last, "--force"), database)

    def migrate(self, database):
        self.configure("base")
        return measured(self.command("migrate"), database)

    def nothing_due(self, database):
        self.configure("base")
        return measured(self.command("run", "bench", "--until", "2026-01-01"), database)


def fresh(database, template="template1"):
    psql(f"DROP DATABASE IF EXISTS {database}")
    psql(f"CREATE DATABASE {database} TEMPLATE {template}")


def tuples_written(database):
    return int(psql("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables "
                    "WHERE schemaname = 'wh'", database) or 0)


def settled_tuples(database):
    psql("SELECT pg_stat_force_next_flush()", database)
    return tuples_written(database)


def check_sum(database, table, lines):
    count, billed = psql(f"SELECT count(*), sum(billed_cost) FROM {table}", database).split("|")
    if int(count) != lines:
        sys.exit(f"bench: {table} has {count} rows, not {lines}")
    return billed


class Cases:
    """The cases of one round, in the order in which their states follow from each other."""

    def __init__(self, options, vendor, billhouse, scratch):
        self.options, self.vendor, self.billhouse, self.scratch = options, vendor, billhouse, Path(scratch)
        self.lines = options.days * options.lines

    def prepare(self):
        fresh("bench_empty")
        self.billhouse.migrate("bench_empty")
        fresh("bench_hand_empty")
        subprocess.run(["psql", "-Xq", "-d", "bench_hand_empty", "-f", HERE / "by_hand" / "schema.sql"], check=True)
        fresh("bench_star", "bench_empty")
        self.billhouse.load("bench_star")
        self.rows = {}
        for form in ("text", "binary"):
            path = self.scratch / f"rows.{form}"
            subprocess.run(["psql", "-Xq", "-d", "bench_star", "-c",
                            f"\\copy (SELECT * FROM wh.fact_charge ORDER BY charge_date) TO '{path}' (FORMAT {form})"], check=True)
            self.rows[form] = path
        fresh("bench_copy", "bench_star")  # the very table with its partitions and indexes, emptied
        psql("TRUNCATE wh.fact_charge", "bench_copy")

    def copy(self, form):
        fresh("bench_target", "bench_copy")
        return measured(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-c",
                         f"\\copy wh.fact_charge FROM '{self.rows[form]}' (FORMAT {form})"], "bench_target")

    def by_hand(self, program):
        fresh("bench_hand", "bench_hand_empty")
        result = measured([*program, self.vendor.url, str(self.options.days), "base"], "bench_hand")
        self.same_money("bench_hand", "by_hand.fact")
        return result

    def same_money(self, database, table):
        billed = check_sum(database, table, self.lines)
        if float(billed) == 0 or billed != self.billed:
            sys.exit(f"bench: {table} in {database} comes to {billed}, the star to {self.billed}")

    def round(self):
        results = {}
        fresh("bench_star", "bench_empty")
        results["first load"] = self.billhouse.load("bench_star")
        self.billed = check_sum("bench_star", "wh.fact_charge", self.lines)
        before = settled_tuples("bench_star")
        results["unchanged"] = self.billhouse.load("bench_star")
        self.written = settled_tuples("bench_star") - before
        results["2 % restated"] = self.billhouse.load("bench_star", "restated")
        results["nothing due"] = self.billhouse.nothing_due("bench_star")
        results["connect"] = measured(["psql", "-Xqc", "SELECT 1"], "bench_star")
        for form in ("text", "binary"):
            results[f"psql \\copy {form}"] = self.copy(form)
        results["python"] = self.by_hand([sys.executable, HERE / "by_hand" / "load.py"])
        results["curl | jq | psql"] = self.by_hand([HERE / "by_hand" / "load.sh"])
        return results


def ratio(rounds, upper, lower):
    return statistics.median(round_[upper].seconds / round_[lower].seconds for round_ in rounds)


def report(options, rounds, written, slow):
    lines = options.days * options.lines
    print(f"\n{'case':<22}{'k rows/s':>9}{'[min':>9}{'max]':>8}{'client CPU s':>14}{'peak MiB':>10}{'WAL MiB':>10}")
    for case in rounds[0]:
        values = [round_[case] for round_ in rounds]
        pace = sorted(lines / value.seconds / 1000 for value in values)
        of = statistics.median
        print(f"{case:<22}{of(pace):>9.1f}{pace[0]:>9.1f}{pace[-1]:>8.1f}{of(v.cpu for v in values):>14.2f}"
              f"{of(v.peak_kib for v in values) / 1024:>10.1f}{of(v.wal for v in values) / 2**20:>10.2f}")
    of = statistics.median
    first_wal, same_wal = (of(r[c].wal for r in rounds) for c in ("first load", "unchanged"))
    best_copy = min(("psql \\copy text", "psql \\copy binary"), key=lambda c: of(r[c].seconds for r in rounds))
    bars = [
        ("first load / psql \\copy text", ratio(rounds, "psql \\copy text", "first load"), ">=", 1.0),
        ("first load / best raw copy", ratio(rounds, best_copy, "first load"), ">=", 0.85),
        ("unchanged / first load", ratio(rounds, "first load", "unchanged"), ">=", 3.0),
        ("unchanged: tuples written", written, "<=", 0),
        ("unchanged: WAL of the first load's", same_wal / first_wal, "<=", 0.01),
        ("2 % restated / first load", ratio(rounds, "first load", "2 % restated"), ">=", 2.0),
        ("first load / python", ratio(rounds, "python", "first load"), ">=", 5.0),
        ("first load / curl | jq | psql", ratio(rounds, "curl | jq | psql", "first load"), ">=", 7.0),
        ("peak memory, MiB", max(r["first load"].peak_kib for r in rounds) / 1024, "<=", 64),
        ("nothing due beyond connecting, ms",
         1000 * of(r["nothing due"].seconds - r["connect"].seconds for r in rounds), "<=", 100),
    ]
    if slow:
        bars += [("slow vendor: 8 in flight / sequential", slow["ratio"], ">=", 6.0),
                 ("slow vendor: most requests at once", slow["most_at_once"], "<=", 8)]
    print(f"\n{'bar':<40}{'measured':>10}{'demand':>12}")
    missed = 0
    for name, value, sign, demand in bars:
        met = value >= demand if sign == ">=" else value <= demand
        missed += not met
        print(f"{name:<40}{value:>10.3f}{sign + ' ' + format(demand, 'g'):>12}  {'' if met else 'MISSED'}")
    if options.json:
        Path(options.json).write_text(json.dumps({
            "machine": machine(), "days": options.days, "lines_a_day": options.lines,
            "rounds": [{case: vars(value) for case, value in round_.items()} for round_ in rounds],
            "bars": [dict(zip(("name", "measured", "sign", "demand"), bar)) for bar in bars]}, indent=1))
    return missed


def slow_vendor(options, scratch):
    """A day a window, one page a day, 200 ms a page: one window after the other, and eight at once."""
    vendor = Vendor(options.vendor, options.slow_days, 100, latency_ms=200)
    billhouse = Billhouse(options.billhouse, Path(scratch) / "slow", vendor, options.slow_days)
    seconds = {}
    for in_flight in (1, 8):
        fresh("bench_slow", "bench_empty")
        vendor.stats()
        seconds[in_flight] = billhouse.load("bench_slow", in_flight=in_flight).seconds
        most = vendor.stats()["most_at_once"]
    vendor.stop()
    return {"ratio": seconds[1] / seconds[8], "most_at_once": most}


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"cpu": f"{os.cpu_count()} x {model}", "kernel": platform.release(),
            "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
            "postgresql": psql("SHOW server_version"), "date": time.strftime("%Y-%m-%d", time.gmtime())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--billhouse", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--vendor", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--days", type=int, default=30, help="windows of one day each (30)")
    parser.add_argument("--lines", type=int, default=10_000, help="lines a day (10,000)")
    parser.add_argument("--slow-days", type=int, default=365, help="windows of the slow vendor, 0 = leave it out (365)")
    parser.add_argument("--json", help="file for all figures")
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for key, value in machine().items():
        print(f"{key}: {value}")
    with tempfile.TemporaryDirectory(prefix="billhouse-bench.") as scratch:
        os.chmod(scratch, 0o755)
        vendor = Vendor(options.vendor, options.days, options.lines)
        billhouse = Billhouse(options.billhouse, Path(scratch) / "config", vendor, options.days)
        cases = Cases(options, vendor, billhouse, scratch)
        cases.prepare()
        rounds = []
        for number in range(options.rounds):
            rounds.append(cases.round())
            print(f"round {number + 1}: " + ", ".join(f"{case} {value.seconds:.2f} s" for case, value in rounds[-1].items()), flush=True)
        vendor.stop()
        slow = slow_vendor(options, scratch) if options.slow_days else None
        sys.exit(1 if report(options, rounds, cases.written, slow) else 0)


main()
