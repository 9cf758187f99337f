"""Lists the messages in the sources that no test raises, by gcovr's JSON.

A message is a statement in etl/ that throws, or that hands a text to one of the functions which report what is wrong
(report, fail, refuse, reject, usage, ...). It is raised where gcov counted its lines; where it stands on the line of its own
condition, where every branch of that condition was taken. Left out: rethrowing, a stop by signal, memory that is not there,
faults of billhouse itself (ErrorKind::bug: no input leads there), and failpoints, which are the tests' own.

usage: error_messages.py COVERAGE.json [SOURCE-FOLDER]
"""
import json
import pathlib
import re
import sys

OURS = ("etl/base/failpoint", "etl/load/breakable_link", "etl/make_documents")
THROW = re.compile(r"\bthrow\s+(?!Stopped\b|std::bad_alloc\b|std::(?:logic_error|out_of_range|length_error)\b|\w+\(error\))[A-Za-z_:]+\s*[({]")
REPORT = re.compile(r"\b(?:report|fail|refuse|reject|usage|wrong|unreadable|broken|no_number|stale)(?:_(?!bug|no_memory)\w+)?\(|\bError\(ErrorKind")
DECISION = re.compile(r"\bif\s*\(|\?|&&|\|\|")


def blank(text):
    """The text without comments and what strings hold, each character at its place."""
    def replaced(match):
        found = match.group(0)
        if found[0] == '"':
            return '"' + "_" * (len(found) - 2) + '"'
        if found[0] == "'":
            return "'" + "_" * (len(found) - 2) + "'"
        return re.sub(r"[^\n]", " ", found)
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'|//[^\n]*|/\*.*?\*/', replaced, text, flags=re.S)


def end_of_statement(code, at):
    """The place of its ';', or None where it is a function's head."""
    depth = 0
    for i in range(at, len(code)):
        if code[i] in "([{":
            if code[i] == "{" and depth == 0 and not code[:i].rstrip().endswith(("=", "return", ",", "(")) and code[:i].rstrip().endswith((")", "const")):
                return None
            depth += 1
        elif code[i] in ")]}":
            depth -= 1
        elif code[i] == ";" and depth <= 0:
            return i
    return None


def messages(path):
    """(first line, last line, text) of each message in a source file."""
    text = path.read_text(encoding="utf-8")
    code = blank(text)
    found = {}
    for pattern in (THROW, REPORT):
        for match in pattern.finditer(code):
            end = end_of_statement(code, match.start())
            if end is None:
                continue
            statement = text[match.start():end]
            if "ErrorKind::bug" in statement or (pattern is REPORT and '"' not in statement):
                continue
            first, last = text.count("\n", 0, match.start()) + 1, text.count("\n", 0, end) + 1
            found.setdefault((first, last), " ".join(statement.split()))
    # a statement inside another one, or found by both patterns, is one message
    return [(first, last, words) for (first, last), words in sorted(found.items())
            if not any(other != (first, last) and other[0] <= first and last <= other[1] for other in found)]


def is_raised(lines, source, first, last):
    counted = [number for number in range(first, last + 1) if number in lines]
    if not counted:  # the compiler left the statement to the lines of an inlined one
        return True
    own = source[first - 1]
    before = own[:(THROW.search(own) or REPORT.search(own)).start()] if THROW.search(own) or REPORT.search(own) else ""
    if DECISION.search(before):
        rest = [number for number in counted if number != first]
        if rest:
            return any(lines[number]["count"] for number in rest)
        # two for each part of the condition; behind them stand some that only an exception takes
        branches = lines[first]["branches"][:2 * len(DECISION.findall(before))]
        return lines[first]["count"] > 0 and all(branches)
    return any(lines[number]["count"] for number in counted)


def lines_of(entry):
    lines = {}
    for line in entry["lines"]:
        if line.get("gcovr/noncode"):
            continue
        known = lines.setdefault(line["line_number"], {"count": 0, "branches": []})
        known["count"] += line["count"]
        known["branches"] += [branch["count"] for branch in decisions(line["branches"])]
    return lines


def decisions(branches):
    """Those of conditions: a call has two as well, back from it and out by an exception."""
    calls = {i + step for i, branch in enumerate(branches) if branch["throw"] for step in (-1, 0)}
    return [branch for i, branch in enumerate(branches) if i not in calls]


def main():
    with open(sys.argv[1], encoding="utf-8") as report:
        counts = {entry["file"]: lines_of(entry) for entry in json.load(report)["files"]}
    all_messages, silent = 0, []
    for path in sorted(pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "etl").rglob("*.?pp")):
        if str(path).startswith(OURS):
            continue
        source = path.read_text(encoding="utf-8").split("\n")
        for first, last, words in messages(path):
            all_messages += 1
            compiled = str(path) in counts or path.suffix == ".hpp"
            if not compiled or not is_raised(counts.get(str(path), {}), source, first, last):
                silent.append(f"  {path}:{first}: {words[:120]}")
    print(f"\nmessages: {all_messages}, raised by a test: {all_messages - len(silent)}")
    print("\n".join(silent))
    return 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
