/**
 * What this browser remembers of an onboarding, so that neither a reload nor the invitation opened
 * again begins a second one: phones drop a page that lies behind another app. The request with
 * Meta's code is kept until the number is connected, because the same code sent again is the same
 * onboarding.
 */

const NAME = "tandem.onboarding";

/** Remembers { request } or { onboarding } beside what is known of this invitation already. */
export function remember(invitation, facts) {
  attempt(() =>
    localStorage.setItem(NAME, JSON.stringify({ ...recall(invitation), invitation, ...facts })),
  );
}

/** What is remembered of this invitation: { request, onboarding }, each perhaps absent. */
export function recall(invitation) {
  const known = attempt(() => JSON.parse(localStorage.getItem(NAME)));
  return known?.invitation === invitation ? known : {};
}

export function forget() {
  attempt(() => localStorage.removeItem(NAME));
}

/** A browser may forbid storage; then only the address remembers. */
function attempt(access) {
  try {
    return access() ?? null;
  } catch (problem) {
    if (problem instanceof DOMException || problem instanceof SyntaxError) return null;
    throw problem;
  }
}
