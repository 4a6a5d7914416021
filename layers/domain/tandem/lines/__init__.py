"""Lines: onboarding, readiness, lifecycle, sync requests."""
