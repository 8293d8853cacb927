"""Commands about past changes: history, undo, recover."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from brcc_tui.cli import as_json
from brcc_tui.cli.changing import change
from brcc_tui.cli.console import DONE, FAILED, ask, can_ask, print_json, print_lines, print_message
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.cli.tables import damage_lines, history_table, recover_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from brcc_tui.model.changes.plan import Plan
    from brcc_tui.operations.changes.at_once import Prepared
    from brcc_tui.operations.changes.recover import Recoverable
    from brcc_tui.operations.context import ClubContext

_NOTHING: Final = "Nothing was changed here."


def history_command(chosen: argparse.Namespace) -> int:
    """Every change that was made here, newest first. Status 1 when some cannot be read."""
    from brcc_tui.operations.changes.history import history as read_history
    from brcc_tui.operations.context import find_kept_wall, open_journal, open_venue

    settings = usable_settings(as_json=chosen.json)
    journal, venue = open_journal(settings), open_venue(settings)
    entries, unread = read_history(journal, venue, show=chosen.show, listing=chosen.listing, in_full=chosen.json)
    journal.close()
    venue.close()
    if chosen.json:
        found = {"entries": [as_json.entry_json(entry) for entry in entries]}
        print_json({**found, "error": str(unread)} if unread else found)
    else:
        find_kept_wall(settings)
        print_lines(history_table(entries) if entries else [] if unread else [_nothing_found(chosen)])
        print_message(*(f"{entry.id}: {entry.damage}" for entry in entries if entry.damage))
    if unread:
        print_message(str(unread))
    return FAILED if unread else DONE


def _nothing_found(chosen: argparse.Namespace) -> str:
    """That nothing was changed, of what was asked about alone: its id may be misspelt."""
    asked = " and ".join(each for each in (chosen.show, chosen.listing) if each)
    return f"Nothing was changed here of {asked}. brcc-tui history lists all changes." if asked else _NOTHING


def undo_command(chosen: argparse.Namespace) -> int:
    """Go back to the capacity before a change, or a whole plan: a plan of its own, confirmed like any other.

    What people said about the venue is taken back at once: no shop is written to.
    """
    if chosen.entry.strip().lower().startswith("h"):
        return _take_back(chosen)

    async def make(club: ClubContext, _: Prepared) -> Plan:
        from brcc_tui.operations.changes.undo import plan_undo

        return await plan_undo(club, chosen.entry, whole=chosen.plan)

    return change(chosen, make)


def _take_back(chosen: argparse.Namespace) -> int:
    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.catalogue.venue_changes import find_said, take_back
        from brcc_tui.operations.changes.history import what
        from brcc_tui.operations.changes.undo import no_such_entry

        found = find_said(club, chosen.entry)
        if found is None:
            raise no_such_entry(chosen.entry)
        taken = take_back(club, found, chosen.reason)
        if chosen.json:
            print_json({"entry": as_json.entry_json(taken)})
        else:
            print_lines([f"{taken.id}: {what(taken)}"])
        return DONE

    return with_club(usable_settings(as_json=chosen.json), work)


def recover_command(chosen: argparse.Namespace) -> int:
    """Changes that never ended: show them, or act on one. Of a damaged journal: what is broken, and the way out."""
    if chosen.set_aside:
        return _set_aside(chosen)
    if chosen.entry and chosen.choose:
        return change(chosen, lambda club, _: _plan(club, chosen))
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.changes.recover import recoverable
        from brcc_tui.operations.changes.under_way import under_way

        found = await recoverable(club)
        faults = [str(fault) for fault in club.journal.faults()]
        if chosen.json:
            damage = {"damage": faults} if faults else {}
            print_json({"entries": [as_json.recoverable_json(one) for one in found], **damage})
        else:
            made = {} if faults else under_way(club, found)
            _print_recoverable(found, damaged=bool(faults), made=bool(made))
            print_message(*(f"{entry}: {words}" for entry, words in made.items()))
        if faults:
            print_message("The journal is damaged, and nothing is changed:", *faults)
            print_message("brcc-tui recover --set-aside shows what a new one would lack, and asks.")
        return FAILED if faults else DONE

    return with_club(settings, work)


def _print_recoverable(found: Sequence[Recoverable], *, damaged: bool, made: bool) -> None:
    if found:
        print_lines(recover_table(found, shutil.get_terminal_size().columns))
    elif made:
        print_lines(["Nothing to decide: what has not ended is being made at this moment."])
    elif not damaged:
        print_lines(["Every change has ended."])
    if found and not damaged:
        print_message("brcc-tui recover ENTRY --choose keep, reapply or restore acts on one of them.")


def _set_aside(chosen: argparse.Namespace) -> int:
    """Begin a new journal, once somebody has seen what it will be without."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.changes.damaged_journal import look_at_damage, renew_journal

        damage = await look_at_damage(club)
        if damage is None:
            print_message("The journal is intact: there is nothing to set aside.")
            if chosen.json:
                print_json(as_json.no_damage_json(club.journal.recorded()))
            return DONE
        if not chosen.json:
            print_lines(damage_lines(damage, shutil.get_terminal_size().columns))
        agreed = chosen.confirm == damage.digest
        if not agreed and chosen.confirm is None and not chosen.json and can_ask():
            number = str(len(damage.left))
            asked = f"Look at these in the shops first. Type how many changes are left behind, {number}, to begin: "
            agreed = ask(asked) == number
        aside = renew_journal(club, damage.digest).name if agreed else None
        if chosen.json:
            print_json(as_json.damage_json(damage, aside))
        print_message(
            f"A new journal was begun; the old one is kept as {aside}."
            if aside
            else "Nothing was done. To begin a new journal: the same command with --confirm " + damage.digest
        )
        return DONE if aside else FAILED

    return with_club(settings, work)


async def _plan(club: ClubContext, chosen: argparse.Namespace) -> Plan:
    from brcc_tui.operations.changes.recover import plan_recovery

    return await plan_recovery(club, chosen.entry, chosen.choose)
