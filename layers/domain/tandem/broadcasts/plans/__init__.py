"""Plans: who of an audience is written to, when, with which words, at what cost."""
