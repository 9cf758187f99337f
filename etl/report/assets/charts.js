// Charts as SVG: sharp on paper, in the page's own colours, and for screen readers a value for each step of the arrow keys.

const MARGIN = { left: 52, right: 6, top: 10, bottom: 26 };

// Round numbers from at or below `low` to at or above `high`, about five of them.
function ticks(low, high) {
  const rough = (high - low || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => rough <= factor * power * 1.0001);
  const first = Math.floor(low / step + 1e-9), last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

// Which periods get a label below the axis, and what it says: months by their place in the year, so that each January has its year.
function axisLabels(grain, periods, width) {
  const fits = Math.max(2, Math.floor(width / 46));
  const thinned = (labels, steps, place) => {
    const every = steps.find((step) => labels.length / step <= fits) || steps[steps.length - 1];
    return labels.filter((label, i) => place(label, i) % every === 0);
  };
  const labels = periods.map((date, i) => ({ i, date, ...field(date) }));
  if (grain === "day")
    return thinned(labels.filter(({ date }) => weekday(date) === 0), [1, 2, 4], (_, i) => i)
      .map(({ i, day, month }) => ({ i, text: `${day} ${MONTHS[month]}` }));
  return thinned(labels.filter(({ day }) => grain === "month" || day <= 7), [1, 2, 3, 6, 12], ({ month }) => month)
    .map(({ i, year, month }) => ({ i, text: month === 0 ? year : MONTHS[month] }));
}

// Rectangles of one bar: what is positive upward from zero, what is negative downward.
function stack(values, y) {
  let high = 0, low = 0;
  return values.filter(({ value }) => value !== 0).map(({ value, className }) => {
    const from = value > 0 ? high : low;
    if (value > 0) high += value;
    else low += value;
    const top = y(Math.max(from, from + value));
    return { className, top, height: Math.abs(y(from) - y(from + value)) };
  });
}

function extent(bars) {
  const sum = (values, sign) => values.reduce((all, { value }) => (value * sign > 0 ? all + value : all), 0);
  return [Math.min(0, ...bars.map((values) => sum(values, -1))), Math.max(0, ...bars.map((values) => sum(values, 1)))];
}

// The drawing for one width. bars: for each period a list of {className, value}
function drawBars({ grain, periods, bars, openLast }, width, height) {
  const inner = { width: width - MARGIN.left - MARGIN.right, height: height - MARGIN.top - MARGIN.bottom };
  const marks = ticks(...extent(bars));
  const [low, high] = [marks[0], marks[marks.length - 1]];
  const y = (value) => MARGIN.top + inner.height * (1 - (value - low) / (high - low || 1));
  const band = inner.width / periods.length;
  const x = (i) => MARGIN.left + i * band;
  const thick = Math.max(1, band * 0.76);
  const grid = marks.map((mark) => [
    svg("line", { class: mark === 0 ? "zero" : "grid", x1: MARGIN.left, x2: width - MARGIN.right, y1: y(mark), y2: y(mark) }),
    svg("text", { x: MARGIN.left - 8, y: y(mark) + 4, "text-anchor": "end" }, short(mark)),
  ]);
  const columns = bars.map((values, i) =>
    svg("g", { class: openLast && i === bars.length - 1 ? "open" : null }, stack(values, y).map(({ className, top, height }) =>
      svg("rect", { class: `part ${className}`, x: x(i) + (band - thick) / 2, y: top, width: thick, height: Math.max(height, 0.5) }))));
  const labels = axisLabels(grain, periods, inner.width).map(({ i, text }) =>
    svg("text", { x: x(i) + band / 2, y: height - 6, "text-anchor": "middle" }, text));
  const cursor = svg("rect", { class: "cursor", y: MARGIN.top, height: inner.height, width: band, visibility: "hidden" });
  const node = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, cursor, grid, columns, labels);
  return { node, cursor, x, band, at: (px) => Math.min(periods.length - 1, Math.max(0, Math.floor((px - MARGIN.left) / band))) };
}

// Shows a period's values beside its bar, for the pointer and for the arrow keys.
class Reader {
  constructor(chart, spec) {
    Object.assign(this, { chart, spec, tip: html("div", { class: "tip", hidden: true, "aria-hidden": "true" }) });
    chart.append(this.tip);
    this.speak(spec.periods.length - 1);
    chart.addEventListener("pointermove", (event) => this.show(this.drawing.at(this.toDrawing(event.clientX))));
    chart.addEventListener("pointerleave", () => this.hide());
    chart.addEventListener("blur", () => this.hide());
    chart.addEventListener("focus", () => chart.matches(":focus-visible") && this.show(this.index));
    chart.addEventListener("keydown", (event) => this.step(event));
  }
  toDrawing(clientX) {
    const box = this.drawing.node.getBoundingClientRect();
    return ((clientX - box.left) / box.width) * this.drawing.node.viewBox.baseVal.width;
  }
  step(event) {
    const last = this.spec.periods.length - 1;
    const to = { ArrowLeft: this.index - 1, ArrowDown: this.index - 1, ArrowRight: this.index + 1, ArrowUp: this.index + 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") return this.hide();
    if (to === undefined) return undefined;
    event.preventDefault();
    return this.show(Math.min(last, Math.max(0, to)));
  }
  speak(index) {
    this.index = index;
    this.chart.setAttribute("aria-valuenow", index + 1);
    this.chart.setAttribute("aria-valuetext", this.spec.spoken(index));
  }
  show(index) {
    this.speak(index);
    const { cursor, x, band, node } = this.drawing;
    cursor.setAttribute("x", x(index));
    cursor.setAttribute("visibility", "visible");
    this.tip.replaceChildren(this.spec.told(index));
    this.tip.hidden = false;
    const scale = node.getBoundingClientRect().width / node.viewBox.baseVal.width;
    const middle = (x(index) + band / 2) * scale, room = this.chart.clientWidth;
    const beside = middle < room / 2 ? middle + 14 : middle - 14 - this.tip.offsetWidth;
    this.tip.style.left = Math.max(0, Math.min(beside, room - this.tip.offsetWidth)) + "px";
    this.tip.style.top = "4px";
  }
  hide() {
    this.tip.hidden = true;
    this.drawing.cursor.setAttribute("visibility", "hidden");
  }
}

// spec: label, grain, periods, bars, openLast, height; spoken(i) gives text, told(i) a node
function barChart(spec) {
  const chart = html("div", {
    class: "chart", tabindex: 0, role: "slider", "aria-label": spec.label, "aria-orientation": "horizontal",
    "aria-valuemin": 1, "aria-valuemax": spec.periods.length,
  });
  const reader = new Reader(chart, spec);
  const draw = () => {
    const width = Math.max(280, Math.round(chart.clientWidth) || 720);
    const drawing = drawBars(spec, width, spec.height);
    if (reader.drawing) reader.drawing.node.replaceWith(drawing.node);
    else chart.prepend(drawing.node);
    reader.drawing = drawing;
  };
  draw();
  let known = 0;
  new ResizeObserver(() => {
    if (chart.clientWidth !== known) draw();
    known = chart.clientWidth;
  }).observe(chart);
  return chart;
}

function swatch(className) {
  return svg("svg", { width: 12, height: 12, "aria-hidden": "true" }, svg("rect", { class: className, width: 12, height: 12, rx: 2 }));
}

// A bar left or right of a middle line, for a cell of a table.
function changeBar(value, largest) {
  const length = largest === 0 ? 0 : Math.max(1, (Math.abs(value) / largest) * 53);
  return svg("svg", { width: 110, height: 14, viewBox: "0 0 110 14", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: value < 0 ? "lowered" : "raised", x: value < 0 ? 55 - length : 55, y: 2, width: length, height: 10, rx: 1 }),
    svg("line", { class: "zero", x1: 55, x2: 55, y1: 0, y2: 14 }));
}
