"""What holds at any size: memory, one enormous page, the pace of a load into a fact that is large already."""

from pathlib import Path

from measuring import Failed, psql
from sides import Billhouse, Vendor, fresh, loaded

DAYS = 1000  # of the large load, a window each
SMALL_DAYS = 10  # of the small one, which fills the read-ahead, too
MORE_DAYS = 10  # are loaded into each of them afterwards
BYTES_A_LINE = 620  # a little less than they have


def bars_of_size(options, scratch):
    """10^5 lines, then 10^7 (`--large-lines`), in windows of the same size; then some more days into each of the two facts."""
    lines_a_day = options.large_lines // DAYS
    with Vendor(options.vendor, DAYS + MORE_DAYS, lines_a_day) as vendor:
        billhouse = Billhouse(options.billhouse, Path(scratch) / "size", vendor)
        costs, pace = {}, {}
        for name, days in (("small", SMALL_DAYS), ("large", DAYS)):
            database = f"bench_{name}"
            fresh(database, "bench_empty")
            costs[name] = billhouse.load(database, to_day=days)
            loaded(database, "wh.fact_charge", "billed_cost", days * lines_a_day)
            psql("VACUUM ANALYZE", database)
        for _ in range(options.rounds):  # the same days, once beside few lines and once beside many
            for name in costs:
                copy = "bench_growth"
                fresh(copy, f"bench_{name}")
                pace.setdefault(name, []).append(billhouse.load(copy, from_day=DAYS, to_day=DAYS + MORE_DAYS).seconds)
                psql(f"DROP DATABASE {copy}")
        for name in costs:
            psql(f"DROP DATABASE bench_{name}")
    small, large = (costs[name].peak_kib / 1024 for name in ("small", "large"))
    print(f"large: {DAYS * lines_a_day:,} lines in {costs['large'].seconds:.0f} s, peak {large:.1f} MiB; "
          f"{SMALL_DAYS * lines_a_day:,} lines: peak {small:.1f} MiB", flush=True)
    ratios = sorted(a / b for a, b in zip(pace["small"], pace["large"]))
    return [("memory, large load: peak, MiB", large, "<=", 64), ("memory, large load / small load", large / small, "<=", 1.15),
            ("growth: pace beside many lines / beside few", ratios[len(ratios) // 2], ">=", 0.8)]


def bars_of_one_page(options, scratch):
    lines = options.page_mib * 2**20 // BYTES_A_LINE
    with Vendor(options.vendor, 1, lines, page_size=lines) as vendor:
        billhouse = Billhouse(options.billhouse, Path(scratch) / "page", vendor, lines, max_body="8GiB")
        fresh("bench_page", "bench_empty")
        cost = billhouse.load("bench_page")
        total, _ = loaded("bench_page", "wh.fact_charge", "billed_cost", lines)
        if total != vendor.sum("base"):
            raise Failed(f"one page: wh.fact_charge comes to {total}, not {vendor.sum('base')}")
        size, parts = psql("SELECT pg_size_pretty(body_bytes), (SELECT count(*) FROM raw.page_body) FROM etl.page", "bench_page").split("|")
        again = billhouse.replay("bench_page")
        print(f"large: one page of {size}, {lines:,} lines, kept in {parts} parts: {cost.seconds:.0f} s; "
              f"its replay: {again.seconds:.0f} s, peak {again.peak_kib / 1024:.1f} MiB", flush=True)
        psql("DROP DATABASE bench_page")
    return [(f"memory, one page of {options.page_mib} MiB: peak, MiB", cost.peak_kib / 1024, "<=", 256),
            ("memory, its replay: peak, MiB", again.peak_kib / 1024, "<=", 256)]
