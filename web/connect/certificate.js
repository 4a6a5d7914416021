/** The certificate in plain words. Only what its fields prove is said; its own text is beside it. */

import { el, icon, todo } from "./markup.js";
import { asDay, inDigits, words } from "./words.js";

/** `signed` is the address of the signed file, `digits` the number that it is named after. */
export function certificateCard(certificate, signed, digits) {
  const { oldest_at: oldest, newest_at: newest, messages } = certificate;
  const said = words.certificate;
  return [
    el(
      "section",
      { class: "card", "aria-labelledby": "certificate" },
      el("h2", { id: "certificate" }, said.heading),
      el(
        "p",
        { class: "sum" },
        el("strong", {}, inDigits(messages)),
        ` ${said.messages(inDigits(messages))} `,
        oldest && newest ? el("span", {}, said.period(asDay(oldest), asDay(newest))) : null,
      ),
      list(said.proven, proven(certificate)),
      list(said.unprovable, unprovable(certificate)),
      el(
        "details",
        {},
        el("summary", {}, said.wording),
        sentences(certificate.proven),
        sentences(certificate.unprovable),
      ),
      el(
        "p",
        {},
        el("a", { href: signed, download: `certificate-${digits}.json` }, said.signed),
        el("span", { class: "remark" }, said.signedHint),
      ),
    ),
    el("section", { class: "card" }, el("h2", {}, said.next), todo(said.todo)),
  ];
}

function proven({ messages, progress, phases = [], chunks, placeholders, kept }) {
  const said = words.certificate;
  const missing = phases.reduce((sum, phase) => sum + (phase.missing_count ?? phase.missing.length), 0);
  return [
    ["check", said.stored(inDigits(messages))],
    ["check", progress >= 100 ? said.whole : said.partly(inDigits(progress))],
    missing > 0
      ? ["alert", said.gap(inDigits(missing))]
      : ["check", said.gapless(inDigits(chunks))],
    placeholders > 0 ? ["dot", said.placeholders(inDigits(placeholders))] : null,
    kept > 0 ? ["alert", said.kept(inDigits(kept))] : null,
  ].filter(Boolean);
}

function unprovable({ phases = [] }) {
  const said = words.certificate;
  const doubts = [
    said.phone,
    phases.length > 1 ? said.end : null,
    phases.length < words.progress.phases.length ? said.after : null,
  ];
  return doubts.filter(Boolean).map((doubt) => ["question", doubt]);
}

/** `items` are pairs of a drawing and a sentence. */
function list(heading, items) {
  return [
    el("h3", {}, heading),
    el(
      "ul",
      { class: "points" },
      items.map(([mark, item]) =>
        el("li", { "data-mark": mark }, icon(mark), el("span", {}, item)),
      ),
    ),
  ];
}

function sentences(items = []) {
  return el("ul", { class: "wording" }, items.map((item) => el("li", {}, item)));
}
