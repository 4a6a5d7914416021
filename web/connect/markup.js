/** Elements from words. Text goes in as text, never as markup. */

/** `el("p", { class: "lead" }, "Hello")`; names that begin with `on` are listeners. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";
const sprite = new URL("./icons.svg", import.meta.url);

/** A drawing from icons.svg. It only repeats what the words beside it say, so readers skip it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite.pathname}#${name}`);
  svg.append(use);
  return svg;
}

/** A list in which each item is a name and a remark on it. */
export function points(items, { ordered = false, mark = null } = {}) {
  return el(
    ordered ? "ol" : "ul",
    { class: "points" },
    items.map(([name, remark]) =>
      el(
        "li",
        {},
        mark && icon(mark),
        el("span", {}, el("strong", {}, name), el("span", { class: "remark" }, remark)),
      ),
    ),
  );
}

/** A sentence in which one part, such as a phone number, stays on one line. */
export function unbroken(sentence, part) {
  const [before, ...after] = part ? sentence.split(part) : [sentence];
  return after.length === 0
    ? [sentence]
    : [before, el("span", { class: "unbroken" }, part), after.join(part)];
}

/** Sentences that tell what to do, one after the other. */
export function todo(sentences) {
  return el("ol", { class: "todo" }, sentences.map((sentence) => el("li", {}, sentence)));
}
