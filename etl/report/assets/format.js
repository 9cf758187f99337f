"use strict";
// Text for people. Amounts are decimal text from end to end: a float is made of them for drawing only.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONG_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const MINUS = "\u2212";
const DAY_MS = 86400000;

// The decimal text rounded half away from zero, by its digits.
function rounded(text, digits) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  const up = fraction.length > digits && fraction[digits] >= "5" ? 1n : 0n;
  const all = (kept + up).toString().padStart(digits + 1, "0");
  const value = digits === 0 ? all : all.slice(0, -digits) + "." + all.slice(-digits);
  return (/[1-9]/.test(value) ? sign : "") + value;
}

function grouped(text) {
  const [, sign, whole, fraction = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  return (sign && MINUS) + whole.replace(/\B(?=(\d{3})+$)/g, ",") + fraction;
}

const money = (text, digits = 2) => grouped(rounded(text, digits));
const signed = (text, digits = 2) => (text.startsWith("-") ? "" : "+") + money(text, digits);
const percent = (text) => (text === null ? "new" : (text.startsWith("-") ? "" : "+") + grouped(text) + " %");
const count = (number) => grouped(String(number));
const plural = (number, noun) => count(number) + " " + noun + (Number(number) === 1 ? "" : "s");

// 1234567 as "1.2M": labels of an axis
function short(number) {
  const size = Math.abs(number);
  const [divisor, unit] = size >= 1e9 ? [1e9, "B"] : size >= 1e6 ? [1e6, "M"] : size >= 1e3 ? [1e3, "k"] : [1, ""];
  return (number < 0 ? MINUS : "") + Number((size / divisor).toPrecision(3)) + unit;
}

const dayNumber = (date) => Date.parse(date + "T00:00:00Z") / DAY_MS;
const dateOf = (number) => new Date(number * DAY_MS).toISOString().slice(0, 10);
const before = (date) => dateOf(dayNumber(date) - 1);
const weekday = (date) => (dayNumber(date) + 3) % 7; // 0 = Monday
const field = (date) => ({ year: date.slice(0, 4), month: Number(date.slice(5, 7)) - 1, day: Number(date.slice(8, 10)) });

function longDate(date) {
  const { year, month, day } = field(date);
  return `${day} ${MONTHS[month]} ${year}`;
}

// [from, to) in words: "1-21 Nov 2026", "October 2026"
function range(from, to) {
  const a = field(from), last = before(to), b = field(last);
  if (from === last) return longDate(from);
  if (a.day === 1 && field(to).day === 1 && a.month === b.month && a.year === b.year) return `${LONG_MONTHS[a.month]} ${a.year}`;
  if (a.year === b.year && a.month === b.month) return `${a.day}\u2013${longDate(last)}`;
  return `${a.year === b.year ? `${a.day} ${MONTHS[a.month]}` : longDate(from)} \u2013 ${longDate(last)}`;
}

function periodName(grain, date) {
  const { year, month } = field(date);
  if (grain === "month") return `${LONG_MONTHS[month]} ${year}`;
  return grain === "week" ? `week of ${longDate(date)}` : longDate(date);
}

// What vendors wrote goes into text nodes and attributes only, never into markup.
function build(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {}))
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}
const html = (tag, attributes, ...children) => build(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) => build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// An amount to read, with its exact digits for who hovers over it.
const amount = (text, shown = money(text)) => html("span", { title: grouped(text) }, shown);

const number = (...content) => ({ className: "number", content });
const words = (...content) => ({ className: "words", content });

// A table that scrolls by itself where it is too wide. Cells are text, nodes, or what number() and words() give.
function table(caption, heads, rows) {
  const cell = (tag, value, attributes) => {
    const { className, content } = value && value.content ? value : { className: null, content: [value] };
    return html(tag, { class: className, ...attributes }, content);
  };
  const head = html("thead", {}, html("tr", {}, heads.map((value) => cell("th", value, { scope: "col" }))));
  const body = rows.map((values) =>
    html("tr", {}, values.map((value, i) => (i === 0 ? cell("th", value, { scope: "row" }) : cell("td", value)))));
  return html("div", { class: "scroll", role: "region", "aria-label": caption, tabindex: 0 },
    html("table", {}, html("caption", {}, caption), head, html("tbody", {}, body)));
}

const folded = (summary, ...content) => html("details", {}, html("summary", {}, summary), content);

let choices = 0;
// Radio buttons; `chosen` is called with the value now and at each change.
function choice(label, options, chosen) {
  const name = "choice" + ++choices;
  const inputs = options.map(([value, text], i) => {
    const input = html("input", { type: "radio", name, value, checked: i === 0 });
    input.addEventListener("change", () => chosen(value));
    return html("label", { class: "choice" }, input, text);
  });
  return html("fieldset", {}, html("legend", {}, label), inputs);
}
