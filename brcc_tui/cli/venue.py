"""The command that shows what people set for the venue, writes it to a file, and takes such a file over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from brcc_tui.cli.console import DONE, FAILED, print_json, print_lines, print_message
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.model.few_of_many import so_many

if TYPE_CHECKING:
    import argparse

    from brcc_tui.operations.context import ClubContext


def venue_command(chosen: argparse.Namespace) -> int:
    """Show rooms, pairings and house seats, or write them to a file, or take them from one."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        if chosen.source is not None:
            _take(club, chosen)
            return DONE
        return _show(club, chosen)

    return with_club(settings, work)


def _show(club: ClubContext, chosen: argparse.Namespace) -> int:
    from brcc_tui.operations.catalogue.export import write_file
    from brcc_tui.operations.catalogue.venue_file import venue_document

    document = venue_document(club)
    lines = [f"{kind} {subject}: {value}" for kind, told in document.items() for subject, value in told.items()]
    nothing = "nothing was said of rooms, pairings or house seats yet"
    if chosen.out is not None and not lines:
        print_message(f"Nothing was written to {chosen.out}: {nothing}")
        return FAILED
    if chosen.out is not None:
        write_file(chosen.out, json.dumps({"venue": document}, ensure_ascii=False, indent=1) + "\n")
        many = so_many(len(lines), "rule")
        print_message(f"{many} written to {chosen.out}: elsewhere brcc-tui venue --from FILE takes over what it says")
    elif chosen.json:
        print_json({"venue": document})
    else:
        print_lines(lines or [f"{nothing.capitalize()}."])
    return DONE


def _take(club: ClubContext, chosen: argparse.Namespace) -> None:
    from brcc_tui.operations.catalogue.venue_file import take_venue_file, venue_document

    said, changed = take_venue_file(club, Path(chosen.source), chosen.reason)
    if chosen.json:
        print_json({"entry": said.id, "changed": changed, "venue": venue_document(club)})
    elif said.id is None:
        print_lines(["Nothing of it is new: it was so already."])
    else:
        print_lines([f"{said.after}. brcc-tui undo {said.id} takes it back"])
