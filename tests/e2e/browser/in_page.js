// Run inside the page by check_page.py: what is wrong with what it shows, as a list of sentences.
(() => {
  const faults = [];
  const expect = (holds, fault) => holds || faults.push(fault);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (node) => node.getClientRects().length > 0 && getComputedStyle(node).visibility !== "hidden";
  const brief = (node) => `<${node.tagName.toLowerCase()}> "${node.textContent.trim().slice(0, 40)}"`;

  expect(all("main > *").length > 0, "the page is empty");
  expect(document.documentElement.scrollWidth <= window.innerWidth, `wider than the window: ${document.documentElement.scrollWidth} > ${window.innerWidth}`);
  expect(document.documentElement.lang === "en" && document.title !== "", "no language or title");
  expect(all("script").length === 2 && all("img, iframe, object, embed, link, base").length === 0, "elements that the page does not have of itself");
  expect(window.injected === undefined, "a script of the data ran");
  const ids = all("[id]").map((node) => node.id);
  expect(new Set(ids).size === ids.length, "an id is given twice");
  expect(all("h1").length === 1, "not one main heading");

  const named = (node) => node.getAttribute("aria-label") || (node.getAttribute("aria-labelledby") &&
    document.getElementById(node.getAttribute("aria-labelledby"))) || node.textContent.trim() || (node.labels && node.labels[0] && node.labels[0].textContent.trim());
  for (const node of all("button, input, summary, [role=slider], [role=img], [role=region], section"))
    expect(named(node), `without a name: ${brief(node)}`);
  for (const node of all("[role=slider]")) expect(node.getAttribute("aria-valuetext"), `a chart that says nothing: ${node.getAttribute("aria-label")}`);
  for (const node of all("table")) {
    if (node.closest(".tip")) continue;
    expect(node.caption && node.querySelector("thead th[scope=col]") && node.querySelector("tbody th[scope=row]"), `a table without caption or heads: ${brief(node)}`);
  }
  for (const chart of all("[role=slider], svg[role=img]"))
    expect(chart.closest("section").querySelector("table"), `a chart without a table: ${chart.getAttribute("aria-label")}`);
  const cut = all(".bar rect").filter((node) => {
    const own = node.getBoundingClientRect(), box = node.ownerSVGElement.getBoundingClientRect();
    return own.left < box.left - 1 || own.right > box.right + 1;
  });
  expect(cut.length === 0, `${cut.length} bars of a table are cut at the edge of their cell`);

  // WCAG 2.2, 1.4.3: text against what is painted behind it
  const channels = (colour) => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const seen = new Map();
  const known = (colour) => { if (!seen.has(colour)) seen.set(colour, channels(colour)); return seen.get(colour); };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = known(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const poor = new Set();
  for (const node of all("body *:not(tbody tr:nth-child(n + 3) *)")) { // rows below look like those above
    const own = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.textContent.trim());
    if (!own || !shown(node) || node.closest("script, style, noscript, title")) continue;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const ratio = contrast(known(node.ownerSVGElement ? style.fill : style.color), behind(node));
    if (ratio < needed) poor.add(`${brief(node)} has a contrast of ${ratio.toFixed(2)}, ${needed} is needed`);
  }
  faults.push(...[...poor].slice(0, 5));
  // 1.4.11: graphics against the card
  const graphics = new Set();
  for (const node of all("svg rect.part, .legend rect, .calendar rect:not(.day-due)")) {
    const style = getComputedStyle(node), paint = style.fill === "none" ? style.stroke : style.fill;
    if (node.closest(".open") || seen.has("g" + paint)) continue;
    seen.set("g" + paint, true);
    if (node.classList.contains("day-due")) continue;
    const ratio = contrast(known(paint), behind(node.closest("section")));
    if (ratio < 3) graphics.add(`${node.getAttribute("class")} has a contrast of ${ratio.toFixed(2)} to the card, 3 is needed`);
  }
  faults.push(...graphics);
  return faults;
})()
