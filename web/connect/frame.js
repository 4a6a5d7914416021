/** What surrounds every view: the brand, the three stages, the foot. */

import { el, icon } from "./markup.js";
import { language, words } from "./words.js";

const STAGES = ["read", "sign", "bring"];

/** Writes the words around the views, once. */
export function drawFrame() {
  document.documentElement.lang = language;
  const skip = document.querySelector(".skip");
  skip.textContent = words.skip;
  // By hand, because a fragment in the address is where an onboarding is kept.
  skip.addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("main h1").focus();
  });
  document.querySelector(".brand").replaceChildren(icon("riders"), words.brand);
  document.querySelector("footer p").textContent = words.foot;
  document.querySelector(".stages").setAttribute("aria-label", words.stages.label);
}

/** Puts a view on the page and takes the reader to its heading. */
export function show(stage, view) {
  const main = document.querySelector("main");
  const first = main.dataset.stage === undefined;
  main.dataset.stage = stage;
  drawStages(stage);
  main.replaceChildren(view);
  const heading = view.querySelector("h1");
  document.title = heading ? `${heading.textContent} · ${words.brand}` : words.title;
  if (first) return;
  window.scrollTo({ top: 0 });
  heading?.focus({ preventScroll: true });
}

function drawStages(current) {
  const reached = STAGES.indexOf(current);
  document.querySelector(".stages ol").replaceChildren(
    ...STAGES.map((stage, place) =>
      el(
        "li",
        {
          "aria-current": place === reached ? "step" : null,
          "data-done": place < reached,
        },
        el("span", { class: "bead" }, place < reached ? icon("check") : String(place + 1)),
        el("span", {}, words.stages[stage]),
        place < reached ? el("span", { class: "unseen" }, words.stages.done) : null,
      ),
    ),
  );
}
