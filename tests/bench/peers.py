"""Other tools at the same work: the vendor's pages, by number up to its total, merged by key into a table of the same PostgreSQL.

Each one is a folder of peers/: requirements*.txt (a virtual environment each, in build/peers/NAME), and a program that loads all pages once.
What cannot be set up, or fails once, is left alone from then on: its row says why, and the exit code is 1.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from measuring import Failed, measured
from sides import HERE, fresh, loaded, remove

VENVS = HERE.parent.parent / "build" / "peers"


class Peer:
    """@param mode  a further argument of its program
    @param times  how many times as fast billhouse's first load should be"""

    def __init__(self, label, name, program, amount, times=1.0, mode=()):
        self.label, self.name, self.amount, self.times = label, name, amount, times
        self.program, self.mode = HERE / "peers" / name / program, mode
        self.venvs = VENVS / name
        self.failure = None

    def set_up(self):
        """Installs what its requirements say, unless that is there."""
        for requirements in sorted(self.program.parent.glob("requirements*.txt")):
            venv = self.venvs / (requirements.stem.removeprefix("requirements").lstrip("-") or "env")
            stamp = venv / "installed.txt"
            if stamp.exists() and stamp.read_text() == requirements.read_text():
                continue
            print(f"peers: setting up {venv.relative_to(VENVS)}", flush=True)
            remove(venv)
            self.install([sys.executable, "-m", "venv", venv])
            self.install([venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements])
            shutil.copy(requirements, stamp)

    def install(self, arguments):
        done = subprocess.run(arguments, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=1800)
        if done.returncode:
            raise Failed(done.stderr)

    def command(self, url, variant):
        runner = [self.venvs / "env" / "bin" / "python"] if (self.venvs / "env").exists() else [sys.executable]
        return [*(runner if self.program.suffix == ".py" else []), self.program, url, variant, self.venvs, *self.mode]

    def load(self, vendor, folder, database, variant="base", timeout=3600):
        """@return (what it cost, the sum of its amounts, their type)"""
        home = Path(folder) / self.name  # nothing of it is kept in the user's own
        home.mkdir(exist_ok=True)
        cost = measured(self.command(vendor.url, variant), database, timeout, cwd=home,
                        env={"HOME": str(home), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"})
        return cost, *loaded(database, "peer.lines", self.amount, vendor.days * vendor.lines)


def all_peers():
    return [
        Peer("dlt", "dlt", "load.py", "billing_result", times=10.0),
        Peer("Meltano", "meltano", "load.py", '"billingResult"', times=10.0, mode=("run",)),
        Peer("tap | target", "meltano", "load.py", '"billingResult"', times=10.0, mode=("pipe",)),
        Peer("Sling", "sling", "load.sh", '"billingResult"'),
        Peer("PyAirbyte", "airbyte", "load.py", "billingresult"),
    ]


class Peers:
    """Those that run, and what is known of each one's money."""

    def __init__(self, vendor, scratch, only, timeout):
        self.vendor, self.folder, self.timeout = vendor, Path(scratch) / "peers", timeout
        self.peers = [peer for peer in all_peers() if not only or peer.name in only]
        self.exactness = {}  # label -> (type, difference, difference with long amounts or why there is none)
        self.folder.mkdir()

    def attempt(self, peer, work):
        """@return what the work returns, or None where it fails, from which time on the peer is left alone"""
        if peer.failure:
            return None
        try:
            return work()
        except (Failed, subprocess.SubprocessError, OSError) as failure:
            peer.failure = reason(str(failure))
            print(f"peers: {peer.label}: {peer.failure}", flush=True)
            return None

    def set_up(self):
        for peer in self.peers:
            self.attempt(peer, peer.set_up)

    def round(self):
        results = {}
        for peer in self.peers:
            fresh("bench_peer")
            first = self.attempt(peer, lambda: peer.load(self.vendor, self.folder, "bench_peer", timeout=self.timeout))
            again = self.attempt(peer, lambda: peer.load(self.vendor, self.folder, "bench_peer", timeout=self.timeout))
            if first:
                results[peer.label] = first[0]
                self.exactness[peer.label] = (first[2], first[1] - self.vendor.sum("base"))
            if again:
                results[f"{peer.label}, unchanged"] = again[0]
        return results

    def long_amounts(self, vendor, billhouse):
        """Amounts of more digits than a double holds, few lines, not timed. Also of billhouse: it must be exact."""
        fresh("bench_long", "bench_empty")
        billhouse.load("bench_long", "long")
        total, _ = loaded("bench_long", "wh.fact_charge", "billed_cost", vendor.days * vendor.lines)
        if total != vendor.sum("long"):
            raise Failed(f"with amounts of 18 digits wh.fact_charge comes to {total}, not {vendor.sum('long')}")
        for peer in self.peers:
            fresh("bench_peer")
            known = self.attempt(peer, lambda: peer.load(vendor, self.folder, "bench_peer", "long", self.timeout))
            if known:
                self.exactness[peer.label] += (known[1] - vendor.sum("long"),)


def reason(text):
    """The last line that tells of a fault, else the last one, cut to a table's width, without colours and this machine's folders."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text).replace(os.getcwd() + "/", "")
    lines = [line.strip() for line in plain.splitlines() if line.strip()] or ["it says nothing"]
    faults = [line for line in lines if re.search(r"error|fatal|could not|cannot|invalid|no source|takes longer", line, re.IGNORECASE)]
    return (faults or lines)[-1][:160]
