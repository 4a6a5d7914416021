"""Wiring of what is known of templates: the api and the keeper read them from Meta."""

import time
from functools import cache

from tandem.broadcasts.templates.known_templates import KnownTemplates
from tandem.runtime.graph import graph_of
from tandem.runtime.stores import lines, templates


@cache
def known_templates() -> KnownTemplates:
    return KnownTemplates(templates=templates(), lines=lines(), graph_of=graph_of, clock=time.time)
