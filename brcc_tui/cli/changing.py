"""Commands that change capacities. Each makes a plan; one function shows it, asks, and applies it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from brcc_tui.cli import as_json
from brcc_tui.cli.console import DONE, FAILED, ask, can_ask, print_json, print_lines, print_message
from brcc_tui.cli.session import usable_settings, with_club
from brcc_tui.cli.tables import plan_table, result_lines
from brcc_tui.model.changes.confirmation import confirm
from brcc_tui.model.changes.plan import (
    Action,
    ChangeRequest,
    NotANumberOfSeats,
    Plan,
    Refusal,
    RefusalCode,
    make_plan,
    number_to_type,
    parse_request,
)
from brcc_tui.model.listing_id import names_a_listing
from brcc_tui.operations.changes.outcome_words import STATE_WORDS

if TYPE_CHECKING:
    import argparse

    from brcc_tui.model.shows.show import Show
    from brcc_tui.operations.changes.at_once import Prepared
    from brcc_tui.operations.changes.recorder import Step
    from brcc_tui.operations.context import ClubContext

_NEITHER: Final = (
    "this is the id of no listing and of no show: brcc-tui listings shows those of listings; those of shows are "
    "YYYY-MM-DDTHH:MM@room, and brcc-tui shows lists them"
)


def set_command(chosen: argparse.Namespace) -> int:
    """Set one listing's capacity."""

    async def make(club: ClubContext, prepared: Prepared) -> Plan:
        import asyncio

        from brcc_tui.operations.changes.at_once import plan_under_lock
        from brcc_tui.operations.changes.once_shown import once_shown
        from brcc_tui.operations.changes.plan import plan_changes
        from brcc_tui.operations.context import import_clients

        try:
            wish = parse_request(chosen.listing, chosen.capacity)
        except NotANumberOfSeats as app_error:
            reason = f"{app_error.happened}: {app_error.next_step}"
            refusal = Refusal(chosen.listing, RefusalCode.BAD_NUMBER, reason)
            return make_plan(club.settings.shop, [], [refusal], club.clock.now())
        if chosen.confirm is None:
            return await once_shown(club, lambda: plan_changes(club, [wish]))
        known = club.cache.some([wish.listing_id])
        work = plan_under_lock(club, wish, prepared, known, to_settle=not chosen.no_settle, confirmed=chosen.confirm)
        plan, _ = await asyncio.gather(work, import_clients())  # while the database answers
        return plan

    return change(chosen, make)


def close_command(chosen: argparse.Namespace) -> int:
    """Stop online sales of a listing or of a whole show; of a show it says how the refunds are listed."""
    status = change(chosen, lambda club, _: _plan_for_subject(club, chosen.subject, Action.CLOSE))
    if "@" in chosen.subject and (status == DONE or chosen.confirm):
        print_message(f"If it does not take place: brcc-tui orders {chosen.subject} lists what to refund.")
    return status


def reopen_command(chosen: argparse.Namespace) -> int:
    """Resume online sales of a listing or of a whole show."""
    return change(chosen, lambda club, _: _plan_for_subject(club, chosen.subject, Action.REOPEN))


def sync_command(chosen: argparse.Namespace) -> int:
    """Share a show's free seats over its listings."""

    async def make(club: ClubContext, _: Prepared) -> Plan:
        from brcc_tui.model.shows.sharing import Mode
        from brcc_tui.operations.changes.sync import plan_sync

        return await plan_sync(club, [chosen.show], Mode.MIRROR if chosen.mirror else Mode.SPLIT, chosen.buffer)

    return change(chosen, make)


def heal_command(chosen: argparse.Namespace) -> int:
    """Put every date of a product right that the shop itself has moved since it was set here."""

    async def make(club: ClubContext, _: Prepared) -> Plan:
        from brcc_tui.operations.changes.heal import plan_heal

        return await plan_heal(club, chosen.product)

    return change(chosen, make)


async def _plan_for_subject(club: ClubContext, subject: str, action: Action) -> Plan:
    """A plan for one listing or for those of a show.

    Closing names what cannot be closed from here: it sells on. Reopening leaves it out: it was never closed here,
    and what is refused would refuse its whole show.
    """
    from brcc_tui.operations.catalogue.shows import find_show
    from brcc_tui.operations.changes.close_show import plan_close_shows
    from brcc_tui.operations.changes.once_shown import once_shown
    from brcc_tui.operations.changes.plan import plan_changes

    if "@" not in subject:
        if not names_a_listing(subject):
            refusal = Refusal(subject, RefusalCode.UNKNOWN_LISTING, _NEITHER)
            return make_plan(club.settings.shop, [], [refusal], club.clock.now())
        return await once_shown(club, lambda: plan_changes(club, [ChangeRequest(subject, action)]))
    if action is Action.CLOSE:
        return await plan_close_shows(club, [subject])
    listings = find_show(club, subject).listings
    meant = [listing for listing in listings if listing.writable] or listings
    wishes = [ChangeRequest(listing.id, action) for listing in meant]
    return await once_shown(club, lambda: plan_changes(club, wishes))


def change(chosen: argparse.Namespace, make: Callable[[ClubContext, Prepared], Awaitable[Plan]]) -> int:
    """Make a plan, show it, have it confirmed, and carry it out: the one way from the command line to a write."""
    settings = usable_settings(as_json=chosen.json)

    async def work(club: ClubContext) -> int:
        from brcc_tui.operations.changes.at_once import Prepared

        prepared = Prepared()
        try:
            return await planned_and_carried_out(club, prepared)
        finally:
            await prepared.release()

    async def planned_and_carried_out(club: ClubContext, prepared: Prepared) -> int:
        plan = await make(club, prepared)
        refused = _why_not_now(plan, chosen.confirm)
        if not plan.changes and not plan.refused:
            print_message("There is nothing left to write.")
            _show_plan(club, plan, as_document=chosen.json)
            return DONE
        if refused or not plan.changes:
            _show_plan(club, replace(plan, refused=(*plan.refused, *refused)), as_document=chosen.json)
            return FAILED
        if chosen.confirm is None:
            if chosen.json or not can_ask():
                print_message("Nothing was written. To apply this plan: the same command with --confirm " + plan.digest)
                _show_plan(club, plan, as_document=chosen.json)
                return FAILED
            _show_plan(club, plan, as_document=False)
            print_message(f"This is {settings.profile.upper()}: {settings.host}")
            if not _agreed(plan):
                print_message("Nothing was written.")
                return FAILED
        return await _carry_out(club, plan, chosen, prepared)

    return with_club(settings, work)


def _why_not_now(plan: Plan, digest: str | None) -> tuple[Refusal, ...]:
    if digest is None or digest == plan.digest or not plan.changes:
        return ()
    reason = f"the plan made now is {plan.digest}, and {digest[:12]} was confirmed: look at it and confirm that one"
    return tuple(Refusal(change.listing.id, RefusalCode.DIGEST_CHANGED, reason) for change in plan.changes)


def _show_plan(club: ClubContext, plan: Plan, *, as_document: bool) -> None:
    """The plan on standard output; what of it was refused, and why, on standard error."""
    if as_document:
        print_json(as_json.plan_json(plan))
    else:
        from brcc_tui.operations.catalogue.shows import programme

        shows = programme(club, club.cache.listings()).shows if plan.changes else ()
        print_lines(plan_table(plan, shows))
        _say_age_of_mates(club, plan, shows)
    _say_refused(plan)


def _say_age_of_mates(club: ClubContext, plan: Plan, shows: Sequence[Show]) -> None:
    """How old the numbers are that the seats left rest on beside those that were read for the plan."""
    from brcc_tui.cli.reading import age_of_kept

    changed = {change.listing.id for change in plan.changes}
    touched = [show for show in shows if not changed.isdisjoint(listing.id for listing in show.listings)]
    mates = [listing for show in touched for listing in show.listings if listing.id not in changed]
    if age := age_of_kept(club, mates):
        print_message(
            f"What the show's other listings sold is from the catalogue, {age}: brcc-tui shows --live reads it"
        )


def _say_refused(plan: Plan) -> None:
    print_message(
        *(f"refused: {refusal.listing_id}: {refusal.reason} ({refusal.code.value})" for refusal in plan.refused)
    )


def _agreed(plan: Plan) -> bool:
    """Ask on the terminal; a plan with dangers in it wants a number typed instead of a letter."""
    number = number_to_type(plan)
    if number is None:
        return ask("Apply this plan? [y/N] ").lower() in ("y", "yes")
    one = sum(1 for change in plan.changes if change.dangers) == 1
    what = "the new capacity" if one else "the number of dangerous changes"
    return ask(f"This is dangerous. Type {what}, {number}, to apply: ") == str(number)


async def _carry_out(club: ClubContext, plan: Plan, chosen: argparse.Namespace, prepared: Prepared) -> int:
    from brcc_tui.operations.changes.apply import apply_plan
    from brcc_tui.operations.changes.remember import remembering
    from brcc_tui.operations.changes.sync import remember_pairings
    from brcc_tui.operations.interruption import until_told_to_stop

    def update(step: Step) -> None:
        moved = STATE_WORDS.get(step.event, step.event.replace("_", " "))
        print_message(f"{step.listing_id}: {moved}{f' ({step.detail})' if step.detail else ''}")

    remember_pairings(club, plan)
    with until_told_to_stop() as stop:
        result = await apply_plan(
            club,
            confirm(plan, plan.digest),
            reason=chosen.reason,
            settle=not chosen.no_settle,
            watch=remembering(club, plan, update),
            stop=stop,
            prepared=prepared,
        )
    if chosen.json:
        print_json(as_json.result_json(result))
    else:
        print_lines(result_lines(result))
    if chosen.confirm is not None:  # else they stood under the question
        _say_refused(plan)
    refused = any(refusal.code is not RefusalCode.NO_CHANGE for refusal in plan.refused)
    return DONE if result.done and not refused else FAILED
