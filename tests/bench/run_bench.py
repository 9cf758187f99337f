"""Times billhouse against a private PostgreSQL and a vendor in memory. Called by scripts/bench; see tests/bench/README.md.

Every case runs once a round, so that a busy moment of the machine hits all of them; ratios are medians of what was measured side
by side in one round. Nothing here says how fast a machine is, only how two things compare on it.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
from pathlib import Path

from cases import Cases, slow_vendor
from large import bars_of_one_page, bars_of_size
from measuring import Failed, machine
from peers import Peers
from sides import Billhouse, Vendor
from table import bars_of, bars_of_peers, print_bars, print_exactness, print_paces


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--billhouse", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--vendor", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--days", type=int, default=30, help="windows of one day each (30)")
    parser.add_argument("--lines", type=int, default=10_000, help="lines a day (10,000)")
    parser.add_argument("--slow-days", type=int, default=365, help="windows of the slow vendor, 0 = leave it out (365)")
    parser.add_argument("--peers", action="store_true", help="also other tools, each installed into build/peers (some 1.5 GB)")
    parser.add_argument("--peer", action="append", default=[], help="only this folder of tests/bench/peers; can be given again")
    parser.add_argument("--peer-timeout", type=int, default=3600, help="seconds that one load may take (3600)")
    parser.add_argument("--large", action="store_true", help="also 10^7 lines and one page of 2 GiB, which takes minutes")
    parser.add_argument("--large-lines", type=int, default=10**7, help="lines of the large load (10^7)")
    parser.add_argument("--page-mib", type=int, default=2048, help="size of the one page (2048)")
    parser.add_argument("--json", help="file for all figures")
    return parser.parse_args()


def rounds_of(options, cases, peers):
    rounds = []
    for number in range(options.rounds):
        rounds.append(cases.round() | (peers.round() if peers else {}))
        print(f"round {number + 1} (load {os.getloadavg()[0]:.1f}): " +
              ", ".join(f"{case} {value.seconds:.2f} s" for case, value in rounds[-1].items()), flush=True)
    return rounds


def peers_of(options, vendor, scratch):
    if not (options.peers or options.peer):
        return None
    peers = Peers(vendor, scratch, options.peer, options.peer_timeout)
    peers.set_up()
    return peers


def write_json(options, rounds, peers, bars):
    known = {} if not peers else {peer.label: peer.failure or list(map(str, peers.exactness[peer.label])) for peer in peers.peers}
    Path(options.json).write_text(json.dumps({
        "machine": machine(), "days": options.days, "lines_a_day": options.lines,
        "rounds": [{case: vars(value) for case, value in round_.items()} for round_ in rounds],
        "peers": known, "bars": [dict(zip(("name", "measured", "sign", "demand"), bar)) for bar in bars]}, indent=1))


def run(options, scratch):
    """@return how many bars are missed, and other tools not measured"""
    with Vendor(options.vendor, options.days, options.lines) as vendor:
        peers = peers_of(options, vendor, scratch)
        cases = Cases(vendor, Billhouse(options.billhouse, Path(scratch) / "config", vendor), scratch)
        cases.prepare()
        rounds = rounds_of(options, cases, peers)
    if peers:
        with Vendor(options.vendor, 1, 2000) as vendor:
            peers.long_amounts(vendor)
    bars = bars_of(rounds, cases.written) + (bars_of_peers(rounds, peers) if peers else [])
    bars += slow_vendor(options, scratch) if options.slow_days else []
    bars += bars_of_size(options, scratch) + bars_of_one_page(options, scratch) if options.large else []
    print_paces(rounds, options.days * options.lines)
    if peers:
        print_exactness(peers)
    if options.json:
        write_json(options, rounds, peers, bars)
    return print_bars(bars) + (sum(bool(peer.failure) for peer in peers.peers) if peers else 0)


def main():
    options = arguments()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for key, value in machine().items():
        print(f"{key}: {value}")
    with tempfile.TemporaryDirectory(prefix="billhouse-bench.") as scratch:
        os.chmod(scratch, 0o755)
        try:
            missed = run(options, scratch)
        except Failed as failure:
            sys.exit(f"bench: {failure}")
    sys.exit(1 if missed else 0)


main()
