"""What a page may do: run its own scripts, and nothing over the network."""

import base64
import hashlib
from collections.abc import Sequence


def policy(scripts: Sequence[str]) -> str:
    """Content-Security-Policy: no network, and no script but those named by their hash."""
    hashes = [hashlib.sha256(script.encode()).digest() for script in scripts]
    named = [f"'sha256-{base64.b64encode(one).decode()}'" for one in hashes]
    allowed = " ".join(named or ["'none'"])
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
