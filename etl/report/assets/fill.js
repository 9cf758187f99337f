// Puts the page together.

function firstSteps() {
  const steps = [
    ["billhouse check --connect", "whether files, credentials, database and vendors are in order"],
    ["billhouse preview JOB", "one page of a vendor beside the rows it becomes"],
    ["billhouse run", "loads everything that is due"],
    ["billhouse report --output FILE.html", "writes this page again, with figures"],
  ];
  return section("Nothing was loaded yet", "The warehouse holds no bill line. What to do next:",
    html("ol", { class: "steps" }, steps.map(([command, meaning]) => html("li", {}, html("code", {}, command), html("br"), meaning))));
}

function fill() {
  const { streams } = report.completeness;
  document.getElementById("subtitle").textContent = `Charges until ${longDate(before(report.until))}, as the warehouse knew them on ` +
    `${longDate(report.made_at.slice(0, 10))} at ${report.made_at.slice(11, 16)} UTC`;
  document.getElementById("footer").textContent = `Made by billhouse ${report.version} from one snapshot of the warehouse. ` +
    "Amounts are exact decimals; hover over a rounded one for all its digits. This page needs no network.";
  const hasLines = report.headline.has_lines;
  place.replaceChildren(...[
    hasLines ? [notices(), headline(), cost(), movers(), restatements()] : firstSteps(),
    streams.length > 0 ? [completeness(), rejects(), runs()] : [],
  ].flat(Infinity));
}

function chooseColours() {
  const button = document.getElementById("theme"), root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const name = () => { button.textContent = dark() ? "Light colours" : "Dark colours"; };
  button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; name(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", name);
  name();
}

fill();
chooseColours();
document.getElementById("paper").addEventListener("click", () => window.print());
