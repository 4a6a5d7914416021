/** What the address carries: the invitation, and the onboarding that a reload comes back to. */

/** The token after `?invite=`, or "" when the link came without one. */
export const invitation = new URLSearchParams(location.search).get("invite") ?? "";

/** The onboarding in the fragment, or "" before one has begun. */
export function onboardingInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("onboarding") ?? "";
}

/** Writes the onboarding into the fragment, which no server ever sees. */
export function keepInAddress(onboarding) {
  history.replaceState(null, "", `#${new URLSearchParams({ onboarding })}`);
}
