"""Prints gcovr's JSON as a table by folder, and the uncovered lines of what must be covered whole.

usage: coverage_table.py COVERAGE.json
"""
import collections
import json
import sys

LEAST = 90  # percent of all lines
WHOLE = {
    "commit path": ["etl/run/slice_run.cpp", "etl/load/pg_session.cpp", "etl/state/ledger.cpp", "etl/state/watermark.cpp"],
    "failure classifiers": ["etl/load/pg_failure.cpp", "etl/fetch/curl_failure.cpp", "etl/decode/response_judge.cpp"],
    "URL policy": ["etl/fetch/url_reference.cpp", "etl/fetch/url_parts.cpp", "etl/fetch/link_header.cpp", "etl/fetch/address_policy.cpp"],
    "retry policy": ["etl/fetch/retry_policy.cpp", "etl/fetch/retry_budget.cpp", "etl/fetch/http_date.cpp", "etl/fetch/pacer.cpp"],
    "secrets": ["etl/job/secret.cpp", "etl/base/secret_forms.cpp", "etl/base/log.cpp", "etl/base/wipe.cpp"],
}


def ranges(numbers):
    """[1, 2, 3, 7] -> "1-3, 7"."""
    texts, start = [], None
    for i, number in enumerate(numbers):
        start = number if start is None else start
        if i + 1 == len(numbers) or numbers[i + 1] != number + 1:
            texts.append(f"{start}-{number}" if start != number else f"{number}")
            start = None
    return ", ".join(texts)


def main():
    with open(sys.argv[1], encoding="utf-8") as report:
        files = json.load(report)["files"]
    folders = collections.defaultdict(lambda: [0, 0])
    uncovered = {}
    for entry in files:
        lines = {}
        for line in entry["lines"]:
            if not line.get("gcovr/noncode"):
                lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
        folder = "/".join(entry["file"].split("/")[:2])
        for name in (folder, "all"):
            folders[name][0] += sum(1 for count in lines.values() if count > 0)
            folders[name][1] += len(lines)
        uncovered[entry["file"]] = sorted(number for number, count in lines.items() if count == 0)

    print(f"{'folder':<16}{'lines':>8}{'reached':>9}{'percent':>9}")
    for name, (reached, lines) in sorted(folders.items(), key=lambda item: (item[0] == "all", item[0])):
        print(f"{name:<16}{lines:>8}{reached:>9}{100 * reached / max(lines, 1):>9.1f}")

    print()
    gaps = 0
    for what, names in WHOLE.items():
        missing = [f"  {name}: {ranges(uncovered[name])}" if name in uncovered else f"  {name}: not among what was counted"
                   for name in names if uncovered.get(name, ["absent"])]
        gaps += len(missing)
        print("\n".join([f"{what}: {'every line is reached' if not missing else ''}"] + missing))
    overall = 100 * folders["all"][0] / max(folders["all"][1], 1)
    return 1 if gaps or overall < LEAST else 0


if __name__ == "__main__":
    sys.exit(main())
