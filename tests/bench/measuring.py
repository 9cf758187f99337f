"""Runs a command beside the private PostgreSQL and says what it cost: its own process tree, and the server on its behalf."""

import os
import platform
import subprocess
import tempfile
import threading
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A command did not end well; the text is the end of what it wrote."""


class Measured:
    """Wall time and CPU time of client and server (s), peak memory of the client's processes (KiB), WAL that was written (bytes)."""

    def __init__(self, seconds, cpu, server_cpu, peak_kib, wal):
        self.seconds, self.cpu, self.server_cpu, self.peak_kib, self.wal = seconds, cpu, server_cpu, peak_kib, wal


def psql(sql, database="postgres"):
    return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql], check=True,
                          capture_output=True, text=True).stdout.strip()


def measured(arguments, database, timeout=3600, **options):
    """
    @param options  of subprocess.Popen; `env` is added to the environment
    @throws Failed  where the command fails or takes longer than the timeout (s)
    """
    psql("CHECKPOINT")
    before, server_before = psql("SELECT pg_current_wal_insert_lsn()"), server_cpu()
    environment = os.environ | {"PGDATABASE": database} | options.pop("env", {})
    with tempfile.TemporaryFile() as log:
        start = time.monotonic()
        process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment,
                                   start_new_session=True, **options)
        peak = PeakMemory(process.pid)
        late = threading.Timer(timeout, os.killpg, (process.pid, 9))
        late.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        late.cancel()
        peak.stop()
        log.seek(0)
        text = log.read().decode(errors="replace")
    if status != 0:
        what = f"takes longer than {timeout} s" if seconds >= timeout else f"failed:\n{text[-2000:].strip()}"
        raise Failed(f"{' '.join(map(str, arguments))} {what}")
    wal = int(psql(f"SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{before}')"))
    return Measured(seconds, usage.ru_utime + usage.ru_stime, server_cpu() - server_before, peak.kib, wal)


class PeakMemory:
    """Watches a process and its descendants. getrusage() would not do: it counts the memory that this script had when it forked,
    and of several processes only the largest."""

    def __init__(self, pid, interval=0.05):
        self.pid, self.interval, self.kib = pid, interval, 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.ended.wait(self.interval):
            pids = descendants(self.pid)
            alone = len(pids) == 1
            now = sum(memory(pid, "status", "VmHWM:") if alone else memory(pid, "smaps_rollup", "Pss:") for pid in pids)
            self.kib = max(self.kib, now)

    def stop(self):
        self.ended.set()
        self.thread.join()


def descendants(pid):
    found = [pid]
    for parent in found:
        try:
            for children in Path(f"/proc/{parent}/task").glob("*/children"):  # each thread's own
                found += map(int, children.read_text().split())
        except OSError:  # it has just ended
            pass
    return found


def memory(pid, file, key):
    try:
        return next((int(line.split()[1]) for line in open(f"/proc/{pid}/{file}") if line.startswith(key)), 0)
    except OSError:
        return 0


def server_cpu():
    """CPU time (s) of the server so far: the postmaster, its processes, and those that have ended."""
    postmaster = int(Path(os.environ["PGHOST"], "data", "postmaster.pid").read_text().split()[0])
    total = 0
    for pid in descendants(postmaster):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        own, reaped = fields[11:13], fields[13:15] if pid == postmaster else []
        total += sum(map(int, [*own, *reaped]))
    return total / TICKS


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown")
    return {"date": time.strftime("%Y-%m-%d", time.gmtime()), "cpu": f"{os.cpu_count()} x {model}", "kernel": platform.release(),
            "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30),
            "load_average": os.getloadavg()[0], "postgresql": psql("SHOW server_version")}
