/** A form for owners who are not sure whether they have what is needed. It sends nothing. */

import { el } from "./markup.js";
import { judgeVersion } from "./versions.js";
import { words } from "./words.js";

const VERSIONS = { fine: "versionFine", old: "versionOld", unclear: "versionUnclear" };

export function selfCheck() {
  const { check } = words;
  return el(
    "details",
    { class: "check" },
    el("summary", {}, check.heading),
    el(
      "form",
      { onsubmit: (event) => event.preventDefault() },
      el("p", { class: "note" }, check.note),
      version(),
      choice("admin", { no: check.adminNo, unsure: check.adminUnsure }),
      choice("page", { no: check.pageNo, unsure: check.pageUnsure }),
      choice("use", { no: check.useNo, unsure: check.useUnsure }),
    ),
  );
}

function version() {
  const advice = el("p", { class: "advice", role: "status" });
  const judge = (event) => {
    const verdict = judgeVersion(event.target.value);
    advice.textContent = event.target.value ? words.check[VERSIONS[verdict]] : "";
    advice.dataset.good = String(verdict === "fine");
  };
  return el(
    "div",
    { class: "question" },
    el("label", { for: "check-version" }, words.check.version),
    el("p", { class: "note", id: "check-version-hint" }, words.check.versionHint),
    el("input", {
      id: "check-version",
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      size: "12",
      "aria-describedby": "check-version-hint",
      onchange: judge,
    }),
    advice,
  );
}

function choice(name, advices) {
  const advice = el("p", { class: "advice", role: "status" });
  const pick = (answer) => () => {
    advice.textContent = advices[answer] ?? words.check.fine;
    advice.dataset.good = String(!(answer in advices));
  };
  return el(
    "fieldset",
    { class: "question" },
    el("legend", {}, words.check[name]),
    el(
      "div",
      { class: "answers" },
      ["yes", "no", "unsure"].map((answer) =>
        el(
          "label",
          {},
          el("input", { type: "radio", name: `check-${name}`, onchange: pick(answer) }),
          words.check[answer],
        ),
      ),
    ),
    advice,
  );
}
