"""The cases of one round: billhouse, psql's \\copy and the hand-written loads, each beside the same pages."""

import subprocess
import sys
from pathlib import Path

from measuring import Failed, measured, psql
from sides import HERE, Billhouse, Vendor, fresh, loaded, tuples_written

BY_HAND = {"python": [sys.executable, HERE / "by_hand" / "load.py"], "curl | jq | psql": [HERE / "by_hand" / "load.sh"]}


class Cases:
    """A round goes through them in the order in which their states follow from each other."""

    def __init__(self, vendor, billhouse, scratch):
        self.vendor, self.billhouse, self.scratch = vendor, billhouse, Path(scratch)
        self.lines, self.money = vendor.days * vendor.lines, vendor.sum("base")

    def prepare(self):
        fresh("bench_empty")
        self.billhouse.migrate("bench_empty")
        fresh("bench_hand_empty")
        subprocess.run(["psql", "-Xq", "-d", "bench_hand_empty", "-f", HERE / "by_hand" / "schema.sql"], check=True)
        fresh("bench_star", "bench_empty")
        self.billhouse.load("bench_star")
        self.rows = {form: self.scratch / f"rows.{form}" for form in ("text", "binary")}
        for form, path in self.rows.items():
            subprocess.run(["psql", "-Xq", "-d", "bench_star", "-c",
                            f"\\copy (SELECT * FROM wh.fact_charge ORDER BY charge_date) TO '{path}' (FORMAT {form})"], check=True)
        fresh("bench_copy", "bench_star")  # the very table with its partitions and indexes, emptied
        psql("TRUNCATE wh.fact_charge", "bench_copy")

    def copy(self, form):
        fresh("bench_target", "bench_copy")
        result = measured(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-c",
                           f"\\copy wh.fact_charge FROM '{self.rows[form]}' (FORMAT {form})"], "bench_target")
        self.same_money("bench_target", "wh.fact_charge")
        return result

    def same_money(self, database, table):
        total, _ = loaded(database, table, "billed_cost", self.lines)
        if total != self.money:
            raise Failed(f"{table} comes to {total}, not {self.money}")

    def by_hand(self, program):
        fresh("bench_hand", "bench_hand_empty")
        result = measured([*program, self.vendor.url, str(self.vendor.days), "base"], "bench_hand")
        self.same_money("bench_hand", "by_hand.fact")
        return result

    def round(self):
        results = {}
        fresh("bench_star", "bench_empty")
        results["first load"] = self.billhouse.load("bench_star")
        self.same_money("bench_star", "wh.fact_charge")
        before = tuples_written("bench_star")
        results["unchanged"] = self.billhouse.load("bench_star")
        self.written = tuples_written("bench_star") - before
        results["2 % restated"] = self.billhouse.load("bench_star", "restated")
        restated, _ = loaded("bench_star", "wh.fact_charge", "billed_cost", self.lines)
        if restated != self.vendor.sum("restated"):
            raise Failed(f"restated, wh.fact_charge comes to {restated}, not {self.vendor.sum('restated')}")
        results["nothing due"] = self.billhouse.nothing_due("bench_star")
        results["connect"] = measured(["psql", "-Xqc", "SELECT 1"], "bench_star")
        for form in self.rows:
            results[f"psql \\copy {form}"] = self.copy(form)
        return results | {name: self.by_hand(program) for name, program in BY_HAND.items()}


def slow_vendor(options, scratch):
    """A day a window, one page a day, 200 ms a page: one window after the other, and eight at once."""
    with Vendor(options.vendor, options.slow_days, 100, latency_ms=200) as vendor:
        billhouse = Billhouse(options.billhouse, Path(scratch) / "slow", vendor)
        seconds = {}
        for in_flight in (1, 8):
            fresh("bench_slow", "bench_empty")
            vendor.stats()
            seconds[in_flight] = billhouse.load("bench_slow", in_flight=in_flight).seconds
            most = vendor.stats()["most_at_once"]
    return [("slow vendor: 8 in flight / sequential", seconds[1] / seconds[8], ">=", 6.0),
            ("slow vendor: most requests at once", most, "<=", 8)]
