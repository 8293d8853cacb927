"""The command that holds seats of a show back for the house. Nothing is sent to a shop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from brcc_tui.cli import as_json
from brcc_tui.cli.console import DONE, print_json, print_lines, print_message
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.cli.tables import number
from brcc_tui.model.dates import day_and_time

if TYPE_CHECKING:
    import argparse

    from brcc_tui.operations.context import ClubContext


def hold_command(chosen: argparse.Namespace) -> int:
    """Hold seats of a show back, or give them up again with 0."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.cli.reading import age_of_kept
        from brcc_tui.model.shows.house_seats import too_many_held
        from brcc_tui.operations.catalogue.shows import find_show
        from brcc_tui.operations.catalogue.venue_changes import hold_back

        entry = hold_back(club, find_show(club, chosen.show), chosen.seats, chosen.note)
        show = find_show(club, chosen.show)
        warnings = [warning for warning in (too_many_held(show),) if warning]
        if chosen.json:
            print_json({"entry": entry, "show": as_json.show_json(show), "warnings": warnings})
        else:
            free = f"{number(show.free)} of {show.room.seats} seats free"
            undo = f". brcc-tui undo {entry} takes it back" if entry else "; it was so already"
            print_lines([f"{day_and_time(show.starts_at)}, {show.title}: {show.held_back} held back, {free}{undo}"])
        if age := age_of_kept(club, show.listings):
            print_message(f"what is sold is from the catalogue, {age}: brcc-tui shows --live reads it now")
        print_message(*(f"warning: {warning}" for warning in warnings))
        return DONE

    return with_club(settings, work)
