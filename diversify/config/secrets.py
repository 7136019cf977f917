"""Passwords and signatures in addresses: found, and left out of whatever is written down."""

import re
from urllib.parse import parse_qsl, urlsplit

WEB = ("http", "https")
"""Servers whose queries are more than a name: they may be signed."""
CODE_HOSTS = ("github", "gitlab")
"""Schemes that write owner and repository where others write a login."""
LOGIN = re.compile(r"(?<=//)[^/\\\s'\"]+(?=@)")
NO_PORT = re.compile(r":(?!\d+$)")
QUERY = re.compile(r"(?<=\?)[^\s'\")]+")
TOKEN = re.compile(r"\bhf_[A-Za-z0-9]{8,}|\bAKIA[A-Z0-9]{12,}|(?i:(?<=bearer ))[^\s'\"]+")
"""What tokens of the Hub, keys of S3 and headers look like."""
KEYS = re.compile(
    r"(?i)(^|[-_.])(key|token|secret|sig|signature|pass(word|wd)?|pwd|auth|credential)s?($|[-_.])"
    r"|(access|api)-?_?(key|token)"
)
"""Names of a query's fields that hold secrets."""


def without_secrets(address: str) -> str:
    """Give an address without its login, and one of the web without its query.

    Addresses within addresses, such as zip://rows.jsonl::https://host/a.zip, are each cleaned.
    """
    return "::".join(map(_cleaned, address.split("::")))


def said_without_secrets(text: str) -> str:
    """Leave out of what a library says all that may be a login, a signature or a token."""
    for pattern in (QUERY, LOGIN, TOKEN):
        text = pattern.sub("...", text)
    return text


def secret_in(address: str) -> str:
    """Say what secret an address holds: a login with a password, or a query's field; or nothing."""
    for part in address.split("::"):
        split = urlsplit(part) if "://" in part else None
        if split is None or split.scheme.lower() in CODE_HOSTS:
            continue
        if ":" in split.netloc.rpartition("@")[0]:
            return "a password"
        fields = [name for name, _ in parse_qsl(split.query) if KEYS.search(name)]
        if fields and split.scheme.lower() in WEB:
            return fields[0]
    return ""


def _cleaned(part: str) -> str:
    scheme, sign, rest = part.partition("://")
    if not sign or scheme.lower() in CODE_HOSTS:
        return part
    place, slash, path = rest.partition("/")
    if scheme.lower() in WEB:
        place, path = re.split(r"[?#]", place)[0], re.split(r"[?#]", path)[0]
    if "@" not in place and NO_PORT.search(place) and "@" in path:
        # a password that holds a slash which nobody has encoded
        place, slash, path = path.rpartition("@")[2].partition("/")
    return f"{scheme}{sign}{place.rpartition('@')[2]}{slash}{path}"
