"""The commands of `tandem`, a module a group; each offers its own to the parser."""
