// A cell a day, a column a week. States differ in shape as well as in colour.

const STATES = {
  c: "complete", e: "complete, nothing billed", r: "changed later", h: "held for a person", f: "failed", m: "missing", ".": "not due yet",
};
const CELL = 13, SIZE = 10.5, LEFT = 34, ABOVE = 20;

function dayCell(state, x, y, tip) {
  const inset = state === "e" || state === "m" || state === "." ? 0.75 : 0;
  const middle = SIZE / 2;
  const marks = {
    r: () => svg("circle", { class: "dot", cx: x + middle, cy: y + middle, r: 1.9 }),
    h: () => svg("path", { class: "mark", d: `M${x + 3.6} ${y + 3}v4.5M${x + 6.9} ${y + 3}v4.5` }),
    f: () => svg("path", { class: "mark", d: `M${x + 3} ${y + 3}l4.5 4.5m0 -4.5l-4.5 4.5` }),
  };
  const box = svg("rect", {
    class: `day-${state === "." ? "due" : state}`, x: x + inset, y: y + inset, width: SIZE - 2 * inset, height: SIZE - 2 * inset, rx: 2,
  }, tip && svg("title", {}, tip));
  return [box, marks[state] && marks[state]()];
}

function calendarDrawing(cells) {
  const first = dayNumber(report.completeness.from);
  const weeks = Math.ceil(cells.length / 7);
  const days = [...cells].map((state, i) => state !== " " &&
    dayCell(state, LEFT + Math.floor(i / 7) * CELL, ABOVE + (i % 7) * CELL, `${longDate(dateOf(first + i))}: ${STATES[state]}`));
  const months = Array.from({ length: weeks }, (_, week) => field(dateOf(first + week * 7)))
    .map(({ day, month }, week) => day <= 7 && week < weeks - 1 && svg("text", { x: LEFT + week * CELL, y: 12 }, MONTHS[month]));
  const names = [[0, "Mon"], [2, "Wed"], [4, "Fri"]].map(([row, text]) => svg("text", { x: 0, y: ABOVE + row * CELL + 9.5 }, text));
  const [width, height] = [LEFT + weeks * CELL, ABOVE + 7 * CELL];
  return { width, height, parts: [months, names, days] };
}

// Runs of days of one state: [state, from, to)
function stretches(cells) {
  const first = dayNumber(report.completeness.from), found = [];
  [...cells].forEach((state, i) => {
    const last = found[found.length - 1];
    if (last && last.state === state) last.to = first + i + 1;
    else found.push({ state, from: first + i, to: first + i + 1 });
  });
  return found.filter(({ state }) => state !== " " && state !== ".");
}

function streamCalendar({ stream, source, partitions, complete_until, cells }) {
  const counts = Object.keys(STATES).map((state) => [state, [...cells].filter((cell) => cell === state).length])
    .filter(([state, days]) => days > 0 && state !== ".").map(([state, days]) => `${plural(days, "day")} ${STATES[state]}`).join(", ");
  const { width, height, parts } = calendarDrawing(cells);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `${stream}: ${counts}` }, parts);
  const scroll = html("div", { class: "scroll calendar", tabindex: 0, role: "region", "aria-label": `Calendar of ${stream}` }, drawing);
  requestAnimationFrame(() => { scroll.scrollLeft = scroll.scrollWidth; });
  return html("div", { class: "keep" },
    html("h3", {}, stream, html("span", { class: "soft small" }, `  ${source}${partitions > 1 ? `, ${partitions} partitions, the worst of each day` : ""}`)),
    html("p", { class: "small" }, complete_until ? `Complete without a hole until ${longDate(before(complete_until))}. ` : "Nothing is complete yet. ", counts + "."),
    scroll,
    folded(`${stream} as a table`, table(`${stream}: stretches of days`, ["Days", "State", number("Number")],
      stretches(cells).reverse().map(({ state, from, to }) => [range(dateOf(from), dateOf(to)), STATES[state], number(count(to - from))]))));
}

function completeness() {
  const { streams, gaps } = report.completeness;
  const legend = Object.entries(STATES).map(([state, meaning]) =>
    html("li", {}, svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, dayCell(state, 0.5, 0.5)), meaning));
  const waiting = gaps.map((gap) => [words(gap.stream + (gap.partition ? `[${gap.partition}]` : "")), range(gap.from, gap.to), gap.kind,
    gap.is_loaded ? "from an earlier read" : "no", words(gap.problem || "")]);
  return section("Completeness", "Each day of the last year, by the ledger of what was read.",
    html("ul", { class: "legend" }, legend), streams.map(streamCalendar),
    gaps.length > 0 && table("What is missing, failed or held", ["Stream", "Days", "State", "In the figures", "Problem"], waiting));
}
