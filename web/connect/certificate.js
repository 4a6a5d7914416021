/** The certificate in plain words. Only what its fields prove is said; its own text is beside it. */

import { el, icon, todo } from "./markup.js";
import { asDay, inDigits, words } from "./words.js";

export function certificateCard(certificate) {
  const { oldest_at: oldest, newest_at: newest, messages } = certificate;
  const said = words.certificate;
  return [
    el(
      "section",
      { class: "card certificate", "aria-labelledby": "certificate" },
      el("h2", { id: "certificate" }, said.heading),
      el(
        "p",
        { class: "sum" },
        el("strong", {}, inDigits(messages)),
        ` ${said.messages(inDigits(messages))} `,
        oldest && newest ? el("span", {}, said.period(asDay(oldest), asDay(newest))) : null,
      ),
      list(said.proven, proven(certificate), "check"),
      list(said.unprovable, unprovable(certificate), "question"),
      el(
        "details",
        {},
        el("summary", {}, said.wording),
        sentences(certificate.proven),
        sentences(certificate.unprovable),
      ),
    ),
    el("section", { class: "card" }, el("h2", {}, said.next), todo(said.todo)),
  ];
}

function proven({ messages, progress, phases = [], chunks, placeholders, kept }) {
  const said = words.certificate;
  const missing = phases.reduce((sum, phase) => sum + phase.missing.length, 0);
  return [
    said.stored(inDigits(messages)),
    progress >= 100 ? said.whole : said.partly(inDigits(progress)),
    missing > 0 ? said.gap(inDigits(missing)) : said.gapless(inDigits(chunks)),
    placeholders > 0 ? said.placeholders(inDigits(placeholders)) : null,
    kept > 0 ? said.kept(inDigits(kept)) : null,
  ].filter(Boolean);
}

function unprovable({ phases = [] }) {
  const said = words.certificate;
  return phases.length < 3 ? [said.phone, said.after] : [said.phone];
}

function list(heading, items, mark) {
  return [
    el("h3", {}, heading),
    el(
      "ul",
      { class: "points", "data-mark": mark },
      items.map((item) => el("li", {}, icon(mark), el("span", {}, item))),
    ),
  ];
}

function sentences(items = []) {
  return el("ul", { class: "wording" }, items.map((item) => el("li", {}, item)));
}
