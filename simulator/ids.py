"""Every id the simulator hands out: the same seed always names the same things alike."""

import base64
import hashlib


def digest(*parts: object, size: int = 16) -> bytes:
    """A stable hash of `parts`; the one source of everything that looks random."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=size).digest()


def chance(*parts: object) -> float:
    """A number in [0, 1) that depends on `parts` alone, whatever thread asks and in what order."""
    return int.from_bytes(digest(*parts, size=8)) / 2**64


def digits(count: int, *parts: object) -> str:
    """A decimal id of exactly `count` digits that never starts with 0."""
    number = int.from_bytes(digest(*parts, size=64))
    first = number % 9 + 1
    return f"{first}{number // 9 % 10 ** (count - 1):0{count - 1}d}"


def wamid(*parts: object) -> str:
    """A message id: opaque, and like the real ones it may hold `+`, `/` and `=`."""
    return "wamid." + base64.b64encode(b"\x1d\x18" + digest(*parts, size=32)).decode()


def bsuid(country: str, *parts: object) -> str:
    """A business-scoped user id, such as `US.13491208655302741918`."""
    return f"{country}.{digits(20, 'bsuid', *parts)}"


def looks_like_bsuid(value: str) -> bool:
    """Two capitals, a dot, then letters and digits (the parent form has one more dotted part)."""
    country, dot, rest = value.partition(".")
    return bool(dot) and len(country) == 2 and country.isalpha() and rest.replace(".", "").isalnum()


def secret(prefix: str, *parts: object) -> str:
    """A token or a code: long, opaque, safe in a URL."""
    return prefix + base64.urlsafe_b64encode(digest(*parts, size=48)).decode().rstrip("=")


def trace(*parts: object) -> str:
    """What Meta calls `fbtrace_id`."""
    return "A" + base64.urlsafe_b64encode(digest("trace", *parts, size=16)).decode().rstrip("=")
