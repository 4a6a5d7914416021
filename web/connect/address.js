/** What the address carries: the invitation, and the onboarding that a reload comes back to. */

/** The token after `?invite=`, or "" when the link came without one. */
export const invitation = new URLSearchParams(location.search).get("invite") ?? "";

/** The onboarding in the fragment, or "" before one has begun. */
export function onboardingInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("onboarding") ?? "";
}

/** Writes the onboarding into the fragment, which reaches no server; "" takes it out again. */
export function keepInAddress(onboarding) {
  const fragment = onboarding ? `#${new URLSearchParams({ onboarding })}` : "";
  history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
}
