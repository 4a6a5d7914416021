"""Wiring of certificates, which clients and owners ask for."""

from functools import cache

from tandem.lines.certifying import Certifying
from tandem.runtime import clients
from tandem.runtime.clock import now
from tandem.runtime.onboarding import following
from tandem.runtime.settings import setting
from tandem.runtime.stores import messages
from tandem.store.certificate_key import CertificateKey


@cache
def certifying() -> Certifying:
    return Certifying(
        following=following(),
        messages=messages(),
        key=CertificateKey(clients.kms(), setting("CERTIFICATE_KEY_ARN")),
        clock=now,
    )
