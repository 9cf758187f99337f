"""Figures as tables: paces, bars, other tools' exactness."""

import statistics


def median(values):
    return statistics.median(values)


def ratio(rounds, slower, faster):
    """How many times as fast, of what was measured in one round; of rounds that have both."""
    return median([round_[slower].seconds / round_[faster].seconds for round_ in rounds if slower in round_ and faster in round_])


def bars_of(rounds, written):
    first_wal, same_wal = (median([r[case].wal for r in rounds]) for case in ("first load", "unchanged"))
    best_copy = min(("psql \\copy text", "psql \\copy binary"), key=lambda case: median([r[case].seconds for r in rounds]))
    return [
        ("first load / psql \\copy text", ratio(rounds, "psql \\copy text", "first load"), ">=", 1.0),
        (f"first load / best raw COPY ({best_copy.split()[-1]})", ratio(rounds, best_copy, "first load"), ">=", 0.85),
        ("unchanged / first load", ratio(rounds, "first load", "unchanged"), ">=", 3.0),
        ("unchanged: tuples written", written, "<=", 0),
        ("unchanged: WAL of the first load's", same_wal / first_wal, "<=", 0.01),
        ("2 % restated / first load", ratio(rounds, "first load", "2 % restated"), ">=", 2.0),
        ("first load / python", ratio(rounds, "python", "first load"), ">=", 5.0),
        ("first load / curl | jq | psql", ratio(rounds, "curl | jq | psql", "first load"), ">=", 7.0),
        ("peak memory, MiB", max(r["first load"].peak_kib for r in rounds) / 1024, "<=", 64),
        ("nothing due beyond connecting, ms",
         1000 * median([r["nothing due"].seconds - r["connect"].seconds for r in rounds]), "<=", 100),
    ]


def bars_of_peers(rounds, peers):
    return [(f"first load / {peer.label}", ratio(rounds, peer.label, "first load"), ">=" if peer.times > 1 else ">", peer.times)
            for peer in peers.peers if any(peer.label in round_ for round_ in rounds)]


def is_met(value, sign, demand):
    return {">=": value >= demand, ">": value > demand, "<=": value <= demand}[sign]


def print_paces(rounds, lines):
    print(f"\n{'case':<26}{'k rows/s':>9}{'[min':>9}{'max]':>8}{'client CPU s':>14}{'server CPU s':>14}{'peak MiB':>10}{'WAL MiB':>10}")
    for case in dict.fromkeys(case for round_ in rounds for case in round_):
        if case in ("nothing due", "connect"):
            continue
        values = [round_[case] for round_ in rounds if case in round_]
        pace = sorted(lines / value.seconds / 1000 for value in values)
        print(f"{case:<26}{median(pace):>9.2f}{pace[0]:>9.2f}{pace[-1]:>8.2f}{median([v.cpu for v in values]):>14.2f}"
              f"{median([v.server_cpu for v in values]):>14.2f}{median([v.peak_kib for v in values]) / 1024:>10.1f}"
              f"{median([v.wal for v in values]) / 2**20:>10.2f}")


def print_exactness(peers):
    print(f"\n{'tool':<16}{'type of the amounts':<22}{'sum less the vendor’s':>24}{'the same, amounts of 18 digits':>34}")
    for peer in peers.peers:
        if peer.failure:
            print(f"{peer.label:<16}not measured: {peer.failure}")
        else:
            kind, off, off_long = peers.exactness[peer.label]
            print(f"{peer.label:<16}{kind:<22}{off:>24f}{off_long:>34f}")


def print_bars(bars):
    """@return how many are missed"""
    print(f"\n{'bar':<46}{'measured':>10}{'demand':>12}")
    for name, value, sign, demand in bars:
        met = is_met(value, sign, demand)
        print(f"{name:<46}{value:>10.3f}{sign + ' ' + format(demand, 'g'):>12}  {'' if met else 'MISSED'}".rstrip())
    return sum(not is_met(*bar[1:]) for bar in bars)
