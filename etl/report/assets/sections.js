// The sections of the page, from the data that stands in it.

const report = JSON.parse(document.getElementById("data").textContent);
const place = document.getElementById("main");
const currencies = report.headline.currencies;
const decimalsOf = (code) => (currencies.find(({ currency }) => currency === code) || { decimals: 2 }).decimals;
const isNamed = (source) => source && source !== "(unknown)";
const sourcesOf = (code) => new Set(report.cost.series.filter(({ currency, source }) => currency === code && isNamed(source)).map(({ source }) => source)).size;

function section(title, note, ...content) {
  const id = "s-" + title.toLowerCase().replace(/\W+/g, "-");
  return html("section", { "aria-labelledby": id }, html("h2", { id }, title), note && html("p", { class: "soft small" }, note), content);
}

const rise = (text) => (text.startsWith("-") ? "fall" : "rise");
const arrow = (text) => (Number(text) === 0 ? "" : text.startsWith("-") ? "\u25bc " : "\u25b2 ");

// ------------------------------------------------------------------------------------------------------- headline
function headline() {
  const { from, to, last_from, last_same_to } = report.headline;
  const [now, then] = [range(from, to), range(last_from, last_same_to)];
  const card = (x) => {
    const digits = x.decimals;
    const line = (term, text, shown, className) => [html("dt", {}, term), html("dd", { class: className }, amount(text, shown))];
    return section(`Month to date in ${x.currency}`, null,
      html("p", { class: "figure" }, html("span", { class: "unit" }, x.currency), amount(x.billed, money(x.billed, digits))),
      html("p", { class: "soft small" }, now),
      html("dl", {},
        line(then, x.last_same_days, money(x.last_same_days, digits)),
        // A bill that still grows is no saving against one that is whole.
        x.running_lines > 0 ? line("Change so far", x.change, `${signed(x.change, digits)} (${percent(x.percent)})`)
          : line("Change", x.change, `${arrow(x.change)}${signed(x.change, digits)} (${percent(x.percent)})`, rise(x.change)),
        line(`${LONG_MONTHS[field(last_from).month]} in all`, x.last_month, money(x.last_month, digits)),
        Number(x.tax) !== 0 && line("Tax on top", x.tax, money(x.tax, digits)),
        [html("dt", {}, "Bill lines"), html("dd", {}, count(x.lines))],
        x.running_lines > 0 && [html("dt", {}, "of periods still running"), html("dd", {}, count(x.running_lines))]));
  };
  return html("div", { class: "cards" }, currencies.map(card));
}

// What a reader must know before believing the figures.
function notices() {
  const { gaps, streams } = report.completeness;
  const some = (kind) => gaps.filter((gap) => gap.kind === kind);
  const told = [
    ["missing", "not read yet"], ["failed", "could not be read"], ["held", "held for a person: what was loaded before still counts"],
  ].map(([kind, meaning]) => [some(kind), meaning]).filter(([found]) => found.length > 0)
    .map(([found, meaning]) => html("li", {}, `${plural(found.length, "window")} ${meaning}: `,
      found.slice(0, 3).map((gap) => `${gap.stream} ${range(gap.from, gap.to)}`).join(", "), found.length > 3 ? ", \u2026" : ""));
  const { records, money_missing } = report.rejects;
  if (Number(records) > 0)
    told.push(html("li", {}, `${plural(records, "record")} rejected`,
      money_missing.length > 0 && `, at least ${money_missing.map((m) => `${m.currency} ${money(m.amount, decimalsOf(m.currency))}`).join(" and ")} missing`));
  if (told.length > 0)
    return html("div", { class: "notice", role: "note" }, html("strong", {}, "The figures are not complete."), html("ul", {}, told));
  const until = streams.map((stream) => `${stream.stream} until ${longDate(before(stream.complete_until || stream.due_until))}`);
  return html("p", { class: "notice fine", role: "note" }, html("strong", {}, "Nothing is missing."), ` Complete: ${until.join(", ")}.`);
}

// ----------------------------------------------------------------------------------------------------------- cost
const memberName = ({ place: rank, name, source, members, currency }) =>
  rank === 9 ? `Other (${members})` : name + (isNamed(source) && sourcesOf(currency) > 1 ? ` \u00b7 ${source}` : "");

function costFigure(currency, grain, split) {
  const periods = report.cost.periods[grain], digits = decimalsOf(currency);
  const of = (wanted) => report.cost.series.filter((series) => series.currency === currency && series.split === wanted);
  const series = of(split).filter(({ billed }) => billed[grain].some((value) => value !== null));
  const totals = of("total")[0].billed[grain].map((value) => value || "0");
  const valuesAt = (i) => series.map((one) => ({ one, text: one.billed[grain][i] })).filter(({ text }) => text !== null && Number(text) !== 0);
  const label = `${currency} by ${grain} and ${split}`;
  const chart = barChart({
    label, grain, periods, height: 260, openLast: isOpen(grain, periods[periods.length - 1]),
    bars: periods.map((_, i) => series.map((one) => ({ value: Number(one.billed[grain][i] || 0), className: `s${one.place}` }))),
    spoken: (i) => `${periodName(grain, periods[i])}: ${currency} ${money(totals[i], digits)}. ` +
      valuesAt(i).map(({ one, text }) => `${memberName(one)} ${money(text, digits)}`).join(", "),
    told: (i) => html("div", {}, html("strong", {}, periodName(grain, periods[i])), html("div", {}, `${currency} ${money(totals[i], digits)}`),
      html("table", {}, html("tbody", {}, valuesAt(i).reverse().map(({ one, text }) =>
        html("tr", {}, html("td", {}, swatch(`s${one.place}`)), html("td", {}, memberName(one)), html("td", { class: "number" }, money(text, digits))))))),
  });
  const rows = periods.map((date, i) => [
    periodName(grain, date), number(grouped(totals[i])), ...series.map((one) => number(one.billed[grain][i] === null ? "" : grouped(one.billed[grain][i]))),
  ]).reverse();
  return html("figure", { class: "keep" }, html("figcaption", {}, html("h3", {}, currency)), chart,
    html("ul", { class: "legend" }, series.map((one) => html("li", {}, swatch(`s${one.place}`), memberName(one)))),
    folded(`${currency} as a table`, table(`${label}, exact`, [grain, number("Total"), ...series.map((one) => number(memberName(one)))], rows)));
}

function isOpen(grain, period) {
  if (grain === "day") return false;
  const { year, month } = field(period);
  const end = grain === "week" ? dateOf(dayNumber(period) + 7) : new Date(Date.UTC(Number(year), month + 1, 1)).toISOString().slice(0, 10);
  return end > report.until;
}

function cost() {
  const shown = html("div", {});
  const codes = [...new Set(report.cost.series.map(({ currency }) => currency))];
  let grain = "month", split = "workspace";
  const draw = () => shown.replaceChildren(...codes.map((currency) => costFigure(currency, grain, split)));
  const controls = html("div", { class: "controls" },
    choice("By", [["month", "Month"], ["week", "Week"], ["day", "Day"]], (value) => { grain = value; draw(); }),
    choice("Stacked by", [["workspace", "Workspace"], ["product", "Product"]], (value) => { split = value; draw(); }));
  draw();
  return section("Cost over time", "Billed cost without tax, on the first day that each charge is for; the eight largest of the last twelve months. " +
    "A pale bar is a period that is not over. Currencies are never added together.", controls, shown);
}

// --------------------------------------------------------------------------------------------------------- movers
function moverTables(comparison, split) {
  const { now_from, now_to, before_from, before_to } = report.movers.comparisons[comparison];
  const [now, then] = [range(now_from, now_to), range(before_from, before_to)];
  const found = report.movers.movers.filter((mover) => mover.comparison === comparison && mover.split === split);
  if (found.length === 0) return html("p", {}, `${now} costs exactly what ${then} did.`);
  return [...new Set(found.map(({ currency }) => currency))].map((currency) => {
    const own = found.filter((mover) => mover.currency === currency), digits = decimalsOf(currency);
    const largest = Math.max(...own.map(({ change }) => Math.abs(Number(change))));
    return [html("h3", {}, currency),
      table(`${currency}: ${now} against ${then}`, [split === "workspace" ? "Workspace" : "Product", number(then), number(now), number("Change"), "", number("%")],
        own.map((mover) => [words(memberName({ ...mover, place: 1 })), number(amount(mover.before, money(mover.before, digits))),
          number(amount(mover.now, money(mover.now, digits))),
          number(html("span", { class: rise(mover.change) }, amount(mover.change, signed(mover.change, digits)))),
          { className: "bar", content: [changeBar(Number(mover.change), largest)] }, number(percent(mover.percent))]))];
  });
}

function movers() {
  const { month, to_date } = report.movers.comparisons;
  const shown = html("div", {});
  let comparison = "month", split = "workspace";
  const draw = () => shown.replaceChildren(...[moverTables(comparison, split)].flat(Infinity));
  const words = ({ now_from, now_to, before_from, before_to }) => `${range(now_from, now_to)} against ${range(before_from, before_to)}`;
  const options = [["month", words(month)]];
  if (month.now_from !== to_date.now_from) options.push(["to_date", words(to_date)]);
  const controls = html("div", { class: "controls" },
    choice("Compare", options, (value) => { comparison = value; draw(); }),
    choice("By", [["workspace", "Workspace"], ["product", "Product"]], (value) => { split = value; draw(); }));
  draw();
  return section("Top movers", "The largest differences between two periods, up or down.", controls, shown);
}

// --------------------------------------------------------------------------------------------------- restatements
const OPERATIONS = { late: "added late", restate: "restated", vanish: "removed", reappear: "back again" };

function restatementFigure(total, periods) {
  const { currency } = total, digits = decimalsOf(currency);
  const days = new Map(report.restatements.days.filter((day) => day.currency === currency).map((day) => [day.day, day]));
  const told = (i) => {
    const day = days.get(periods[i]);
    return day ? `${longDate(periods[i])}: ${currency} ${signed(day.change, digits)}, up ${money(day.up, digits)}, down ${money(day.down, digits)}, ${plural(day.lines, "line")}`
      : `${longDate(periods[i])}: nothing was restated`;
  };
  const chart = barChart({
    label: `${currency} restated, by day`, grain: "day", periods, height: 180,
    bars: periods.map((date) => {
      const { up, down } = days.get(date) || { up: "0", down: "0" };
      return [{ value: Number(up), className: "raised" }, { value: Number(down), className: "lowered" }];
    }),
    spoken: told, told: (i) => html("div", {}, told(i)),
  });
  return html("figure", { class: "keep" }, html("figcaption", {}, html("h3", {}, currency),
    html("p", { class: "small" }, `Net ${signed(total.change, digits)}: raised by ${money(total.up, digits)}, lowered by ${money(total.down.replace("-", ""), digits)}, ` +
      `${plural(total.lines, "line")}` + (total.closed_lines > 0 ? `, ${count(total.closed_lines)} of them in closed invoice periods` : ""))), chart);
}

function restatements() {
  const { from, to, totals, changes, running } = report.restatements;
  const note = `What vendors changed after it was first loaded and its period was over, on the day that it became known; ${range(from, to)}.`;
  const growth = running.length > 0 && html("p", { class: "small" }, "Not counted here, as it is growth: charges of periods that were still running changed by ",
    running.map((x) => `${x.currency} ${signed(x.change, decimalsOf(x.currency))}`).join(" and "), ".");
  if (totals.length === 0) return section("Restatements", note, html("p", {}, "Nothing was restated."), growth);
  const periods = Array.from({ length: dayNumber(to) - dayNumber(from) }, (_, i) => dateOf(dayNumber(from) + i));
  const rows = changes.map((change) => [longDate(change.day), words(change.source), OPERATIONS[change.op], number(count(change.lines)),
    words(range(change.first_charge_date, dateOf(dayNumber(change.last_charge_date) + 1))), change.currency, number(grouped(change.change))]);
  return section("Restatements", note,
    html("ul", { class: "legend" }, html("li", {}, swatch("raised"), "raised"), html("li", {}, swatch("lowered"), "lowered")),
    totals.map((total) => restatementFigure(total, periods)), growth,
    folded("Restatements as a table", table("What became known each day, exact",
      ["Known on", "Source", "What", number("Lines"), "Charges of", "Currency", number("Change")], rows)));
}

// --------------------------------------------------------------------------------------------- rejects and history
function rejects() {
  const { records, rejects: found } = report.rejects;
  const note = "Records that could not become bill lines and wait for a person; what they cost, where that could be read.";
  if (found.length === 0) return section("Open rejects", note, html("p", {}, "There are none."));
  const rows = found.map((x) => [words(x.stream), words(x.reason.replaceAll("_", " ") + (x.field ? `: ${x.field}` : "")), number(count(x.records)),
    number(x.amount === null ? "not known" : `${x.currency || "?"} ${grouped(x.amount)}`), range(x.first_day, dateOf(dayNumber(x.last_day) + 1)), words(x.example)]);
  return section("Open rejects", note,
    table(`${plural(records, "record")} rejected`, ["Stream", "Reason", number("Records"), number("Money missing"), "Windows from", "Example"], rows),
    html("p", { class: "small" }, "Next: mend the mapping, then ", html("code", {}, "billhouse replay JOB --rejects"), "."));
}

function runs() {
  const label = ({ stream, partition }) => stream + (partition ? `[${partition}]` : "");
  const state = ({ status }) => html("span", { class: `state ${status === "succeeded" || status === "running" ? "good" : "bad"}` }, status);
  const short = (text) => text && html("span", { title: text }, text.length > 110 ? `${text.slice(0, 110)}\u2026` : text);
  const rows = report.runs.map((run) => [html("span", { class: "whole" }, run.started_at), label(run), run.trigger, state(run), number(run.seconds === null ? "" : `${grouped(run.seconds)} s`),
    number(count(run.windows)), number(count(run.read)), number(count(run.new)), number(count(run.restated)), number(count(run.removed)),
    number(count(run.rejected)), words(short(run.error))]);
  const heads = ["Started", "Stream", "Command", "Outcome", number("Took"), number("Windows"), number("Read"), number("New"), number("Restated"),
    number("Removed"), number("Rejected"), "Error"];
  return section("Run history", "The last 40 runs, a line a stream; times are UTC.", table("The newest runs", heads, rows.slice(0, 12)),
    rows.length > 12 && folded(plural(rows.length - 12, "older run"), table("Older runs", heads, rows.slice(12))));
}
