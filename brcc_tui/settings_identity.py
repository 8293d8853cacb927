"""The name under which everything of one pair of shops is kept."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


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
