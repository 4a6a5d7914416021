/** The first view: what the owner needs, what changes, what it costs, what comes over. */

import { el, icon, points } from "./markup.js";
import { selfCheck } from "./selfcheck.js";
import { inDigits, words } from "./words.js";

/**
 * The view. `agreed` is a Map from a group's name to the unix second of the agreement, and is
 * written to; `prepare` loads Meta's SDK and `go` is called from the click that may open a window.
 */
export function agreementView({ agreed, prepare, go }) {
  const names = Object.keys(words.groups);
  const left = () => names.filter((name) => !agreed.has(name));
  let sdk = "none";

  const count = el("span", { class: "count" });
  const note = el("span", { class: "note" });
  const button = el("button", { type: "button", class: "primary" });
  const bar = el(
    "div",
    { class: "action" },
    el("p", { role: "status" }, count, note),
    button,
  );

  const refresh = () => {
    const open = left().length;
    count.textContent = words.read.count(names.length - open, names.length);
    note.textContent = open === 0 ? remarkOn(sdk) : "";
    bar.dataset.sdk = sdk;
    button.textContent = sdk === "failed" ? words.read.again : words.read.go;
    button.setAttribute("aria-disabled", String(open > 0 || sdk === "loading"));
  };
  const load = async () => {
    if (sdk === "loading" || sdk === "ready") return;
    sdk = "loading";
    refresh();
    sdk = await prepare().then(
      () => "ready",
      () => "failed",
    );
    refresh();
  };
  const press = () => {
    const [first] = left();
    if (first) document.getElementById(`agree-${first}`).focus();
    else if (sdk === "ready") go();
    else load();
  };
  const agree = (name, yes) => {
    if (yes) agreed.set(name, Math.floor(Date.now() / 1000));
    else agreed.delete(name);
    refresh();
    if (left().length === 0) load();
  };

  button.addEventListener("click", press);
  refresh();
  if (left().length === 0) load();
  return el(
    "div",
    { class: "view" },
    el(
      "div",
      { class: "hero" },
      el(
        "div",
        {},
        el("h1", { tabindex: "-1" }, words.read.heading),
        el("p", { class: "lead" }, words.read.lead),
      ),
      icon("ends"),
    ),
    names.map((name, index) => group(name, index + 1, { agreed, agree })),
    ahead(),
    bar,
  );
}

function remarkOn(sdk) {
  return { loading: words.read.preparing, ready: words.read.ready, failed: words.read.unready }[sdk];
}

function group(name, place, { agreed, agree }) {
  const { icon: drawing, heading, lead, parts, after, confirm } = words.groups[name];
  const box = el("input", { type: "checkbox", id: `agree-${name}`, checked: agreed.has(name) });
  const card = el(
    "section",
    { class: "card group", "aria-labelledby": `group-${name}`, "data-agreed": agreed.has(name) },
    el(
      "header",
      {},
      el("span", { class: "badge" }, icon(drawing)),
      el(
        "h2",
        { id: `group-${name}` },
        el("span", { class: "place" }, `${inDigits(place)}. `),
        heading,
      ),
      el("span", { class: "agreed" }, icon("check"), el("span", {}, words.read.confirmed)),
    ),
    el("p", { class: "sub" }, lead),
    el("div", { class: "parts" }, parts.map(part)),
    after ? el("p", { class: "after" }, after) : null,
    name === "needs" ? selfCheck() : null,
    el("label", { class: "agree", for: `agree-${name}` }, box, el("span", {}, confirm)),
  );
  const mark = () => {
    card.dataset.agreed = String(box.checked);
  };
  mark();
  box.addEventListener("change", () => {
    mark();
    agree(name, box.checked);
  });
  return card;
}

const MARKS = { off: "cross", risk: "alert", stay: "dot", free: "check", paid: "coin" };

function part({ label, tone, items }) {
  return el(
    "div",
    { class: "part", "data-tone": tone },
    label ? el("h3", {}, label) : null,
    points(items, { mark: MARKS[tone] ?? "dot" }),
  );
}

function ahead() {
  return el(
    "section",
    { class: "card", "aria-labelledby": "ahead" },
    el("h2", { id: "ahead" }, words.ahead.heading),
    points(words.ahead.steps, { ordered: true }),
  );
}
