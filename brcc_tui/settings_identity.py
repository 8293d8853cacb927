"""The name of the data folder of one pair of shops."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from brcc_tui.private_files import is_folder

JOURNAL_FILE: Final = "journal.sqlite"
"""The name of the journal in a shop's folder."""

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
    return before if as_typed != shop and is_folder(before) else folder / shop


def left_behind(
    here: Path, folder: Path, profile: str, eventbrite: str | None, organization: str | None, site: str | None
) -> Iterator[str]:
    """What is not known `here` because more was set since, or less is set now, in words: a part of these shops has
    another identity.

    Told until something is changed here: then somebody works with this one.
    """
    less = [folder / part for part in _identities_of_parts(profile, eventbrite, organization, site)]
    more = _wholes_with_this_part(folder, shop_identity(profile, eventbrite, organization, site))
    ways = [
        *(
            (other_folder, "less", f"quit this program and put that folder in the place of {here}")
            for other_folder in less
        ),
        *((other_folder, "more", "set what is missing now (a shop, or the organization)") for other_folder in more),
    ]
    missed = [way for way in ways if _has_changes(way[0])]
    for other_folder, amount, way_out in missed if missed and not _has_changes(here) else ():
        yield (
            f"what was changed, closed or never ended, and said of rooms and house seats, while {amount} was set "
            f"stands in {other_folder}, and is not known here: where that is the same club, {way_out}"
        )


def _identities_of_parts(
    profile: str, eventbrite: str | None, organization: str | None, site: str | None
) -> Iterable[str]:
    """What these shops were called while one of them, or the organization, was not set."""
    wholes = product({eventbrite, None}, {organization, None}, {site, None})
    found = {shop_identity(profile, *whole) for whole in wholes if whole[0] or whole[2]}
    return sorted(found - {shop_identity(profile, eventbrite, organization, site)})


def _wholes_with_this_part(folder: Path, ours: str) -> Iterable[Path]:
    """The folders of shops of which these are a part, by their names: what else was set is not known any more."""
    try:
        names = sorted(path.name for path in folder.iterdir() if "+" in path.name)
    except OSError:
        return []
    return [folder / name for name in names if _is_a_part(_parts(ours), _parts(name))]


def _parts(identity: str) -> list[str]:
    """The profile, the addresses and the organization in an identity, as far as it is readable."""
    return re.sub(r"-[0-9a-f]{8}$", "", identity).split("+")


def _is_a_part(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether all of ours is in theirs, in that order, for the same profile, and something else."""
    left = iter(theirs)
    return ours[0] == theirs[0] and len(ours) < len(theirs) and all(part in left for part in ours)


def _has_changes(folder: Path) -> bool:
    """Whether anything was changed with the journal that is there; also where nobody can see that."""
    import sqlite3  # hardly ever needed: there is no such folder

    path = folder / JOURNAL_FILE
    try:
        if not path.exists():
            return False
        with contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as journal:
            return journal.execute("SELECT 1 FROM entries LIMIT 1").fetchone() is not None
    except (OSError, sqlite3.Error):
        return True


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
