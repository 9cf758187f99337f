"""Prints gcovr's JSON as a table by folder, and the uncovered lines of what must be covered whole.

A call or a list of values that goes over several lines is reached where one of them was: to some gcov gives only what an
exception would clean up.

usage: coverage_table.py COVERAGE.json
"""
import collections
import json
import pathlib
import re
import sys

from error_messages import blank

LEAST = 90  # percent of all lines
WHOLE = {
    "commit path": ["etl/run/slice_run.cpp", "etl/load/pg_session.cpp", "etl/load/pg_driver.cpp", "etl/state/ledger.cpp", "etl/state/watermark.cpp"],
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


def first_lines(path):
    """For each line inside brackets, but not in a block of statements within them: the line where the outermost bracket opens."""
    code = blank(pathlib.Path(path).read_text(encoding="utf-8"))
    opened, first, line = [], {}, 1
    for i, character in enumerate(code):
        if character == "\n":
            line += 1
            if opened and opened[-1]:
                first[line] = opened[-1]
        elif character in "([":
            opened.append(opened[-1] if opened and opened[-1] else line)
        elif character == "{":
            is_values = re.search(r"(?:return|[=,({<>\w])\s*$", code[:i][-80:]) and not re.search(
                r"(?:\b(?:else|do|try|const|noexcept|override|final|mutable)|\bnamespace[\s\w:]*|"
                r"\b(?:struct|class|enum|union)\b[^;{}()]*)\s*$", code[:i][-200:])
            opened.append((opened[-1] if opened and opened[-1] else line) if is_values else None)
        elif character in ")]}" and opened:
            opened.pop()
    return first


def counts_of(entry):
    """Line -> how often it was reached."""
    lines = collections.defaultdict(int)
    for line in entry["lines"]:
        if not line.get("gcovr/noncode"):
            lines[line["line_number"]] += line["count"]
    first = first_lines(entry["file"])
    reached = {first.get(number, number) for number, count in lines.items() if count}
    return {number: count or first.get(number, number) in reached for number, count in lines.items()}


def main():
    with open(sys.argv[1], encoding="utf-8") as report:
        files = json.load(report)["files"]
    folders = collections.defaultdict(lambda: [0, 0])
    uncovered = {}
    for entry in files:
        lines = counts_of(entry)
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
