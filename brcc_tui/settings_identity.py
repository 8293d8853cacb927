"""The name under which everything of one pair of shops is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

_USUAL_PORTS: Final = {"https": 443, "http": 80}


def plain_address(parts: SplitResult) -> str:
    """An address as everybody else would write it: small letters up to the path, no port that is the usual one, no dot
    behind the host, no slash at the end.
    """
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _USUAL_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path}".rstrip("/")


def folder_of(folder: Path, shop: str, as_typed: str) -> Path:
    """Where everything of the shop is kept: a folder that bears its name as it was typed, from before, is used on."""
    before = folder / as_typed
    return before if as_typed != shop and before.is_dir() else folder / shop


def shop_identity(profile: str, eventbrite: str | None, organization: str | None, site: str | None) -> str:
    """A readable name for this pair of shops that is safe as a folder's; credentials have no part in it.

    `eventbrite` and `site` are addresses, None where that shop is not configured.
    """
    parts = [profile]
    if eventbrite is not None:
        parts += [urlsplit(eventbrite).netloc, *([organization] if organization else [])]
    if site is not None:
        parts.append(site.partition("://")[2])
    exact = "+".join(parts)
    plain = re.sub(r"[^a-z0-9.+-]", "_", exact.lower())
    if plain == exact.replace(":", "_") and len(plain) <= 100:
        return plain
    import hashlib  # some milliseconds, and ordinary addresses do not need it

    return f"{plain[:90]}-{hashlib.sha256(exact.encode()).hexdigest()[:8]}"
