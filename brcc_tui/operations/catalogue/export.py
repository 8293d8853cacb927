"""Listings with their shows as a table for a spreadsheet."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import Final

from brcc_tui.model.app_error import AppError
from brcc_tui.model.listing import Listing
from brcc_tui.model.quantity import Quantity, Unknown, Unlimited
from brcc_tui.model.shows.grouping import Programme
from brcc_tui.model.shows.show import Show
from brcc_tui.windows import ON_WINDOWS
from brcc_tui.windows.files import names_a_stream, replace_file

_COLUMNS: Final = (
    "show", "starts_at", "room", "seats", "show_free", "show_exposure", "listing", "platform", "title", "slot",
    "status", "capacity", "sold", "held", "remaining", "unknown", "read_at", "source", "price", "currency", "flags",
    "read_only_reason", "url", "offer", "offer_rule", "ends_at", "show_held_back",
)  # fmt: skip
_FORMULA_STARTS: Final = tuple("=+-@\t\r＝＋－＠")
_FORMULA_IN_A_PART: Final = re.compile(r";(?= *[=+\-@＝＋－＠])")
"""Where amounts are written 1,50 spreadsheets part cells at semicolons, quotes or not: another cell begins there."""


class NotExported(AppError):
    """The file could not be written."""


def listings_as_csv(programme: Programme) -> str:
    """One row for each listing, with the numbers of its show beside it.

    A text that a spreadsheet would take for a formula gets an apostrophe before it: titles come from the shops.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for show in programme.shows:
        writer.writerows(_row(listing, show) for listing in show.listings)
    writer.writerows(_row(listing, None) for listing in programme.unpaired)
    return out.getvalue()


def write_file(path: str, text: str) -> None:
    """Writes the text to a file, with the byte order mark by which Excel recognizes UTF-8. Raises `NotExported`.

    A new file is readable by its writer alone. An existing one is replaced atomically and keeps its permissions; if
    there is no space for the new one, it stays as it was.
    """
    if ON_WINDOWS and names_a_stream(path):
        raise NotExported(
            "cannot be written: on Windows no name holds a colon", subject=path, next_step="name another file"
        )
    encoding = "utf-8-sig" if path.lower().endswith(".csv") else "utf-8"
    try:
        target = Path(path).resolve()
        if target.is_file():
            _replace(target, text, encoding)
        else:  # none yet, or a device
            with open(target, "w", encoding=encoding, newline="", opener=_for_its_writer) as file:
                file.write(text)
    except (OSError, RuntimeError) as error:  # the latter for links that lead in a circle
        why = getattr(error, "strerror", None) or str(error)
        raise NotExported(f"cannot be written: {why}", subject=path, next_step="name another file") from error


def _for_its_writer(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)  # it may hold names


def _replace(target: Path, text: str, encoding: str) -> None:
    if not os.access(target, os.W_OK):  # its folder would let another one take its name all the same
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        fresh.unlink(missing_ok=True)  # a link that somebody left there would be written through
        fresh.touch(0o600, exist_ok=False)  # it may hold names
        fresh.write_text(text, encoding=encoding, newline="")
        fresh.chmod(stat.S_IMODE(target.stat().st_mode))
        replace_file(fresh, target)
    except PermissionError:  # a folder in which nothing new may stand
        target.write_text(text, encoding=encoding, newline="")
    finally:
        fresh.unlink(missing_ok=True)


def _row(listing: Listing, show: Show | None) -> list[int | str]:
    reading = listing.reading
    show_id, held_back, *of_show = _cells_of(show) if show else [None] * 6
    cells: list[int | str | None] = [
        show_id,
        listing.starts_at.isoformat() if listing.starts_at else None,
        *of_show,
        listing.id,
        listing.platform.value,
        listing.title,
        listing.slot,
        listing.status.value,
        _number(reading.capacity),
        _number(reading.sold),
        _number(reading.held),
        _number(reading.remaining),
        "; ".join(f"{name}: {reason}" for name, reason in reading.unknowns().items()),
        reading.read_at.isoformat() if reading.read_at else None,
        reading.source.value,
        listing.price,
        listing.currency,
        " ".join(sorted(flag.value for flag in listing.flags)),
        listing.read_only_reason,
        listing.url,
        _number(listing.offer.value),
        listing.offer.rule.value,
        listing.ends_at.isoformat() if listing.ends_at else None,
        held_back,
    ]
    return [cell if isinstance(cell, int) else without_formula(cell or "") for cell in cells]


def _cells_of(show: Show) -> tuple[int | str, ...]:
    """Id and seats held back; room, its seats, free, exposure."""
    free, exposure = _number(show.free), _number(show.exposure)
    return show.id, show.held_back, show.room.name, show.room.seats, free, exposure


def _number(quantity: Quantity) -> int | str:
    if isinstance(quantity, Unknown):
        return "?"
    return quantity.value if isinstance(quantity, Unlimited) else quantity


def without_formula(text: str) -> str:
    """The text as a spreadsheet may get it: an apostrophe in front of what it would take for a formula."""
    plain = _FORMULA_IN_A_PART.sub(";'", "".join(c if c.isprintable() else " " for c in text))
    return f"'{plain}" if text.startswith(_FORMULA_STARTS) or plain.lstrip().startswith(_FORMULA_STARTS) else plain
