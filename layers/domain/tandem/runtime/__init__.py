"""Settings, clients, wiring, observability: made on first use, never at import."""
