"""Before the first write of a show, reads everything that sells it once: one listing's refusal stops the whole show.

This happens when the show's turn has come and not earlier, because early readings are too old to be written on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from brcc_tui.model.app_error import AppError
from brcc_tui.model.changes.plan import Outcome, ShowRule
from brcc_tui.operations.changes.batch import Batch, PlanRun
from brcc_tui.operations.changes.decision_reader import look_at_each
from brcc_tui.operations.changes.decision_reading import DecisionReading, Subject, subject_of
from brcc_tui.operations.changes.guards import Guarded, of_app_error
from brcc_tui.operations.changes.propose import group_of
from brcc_tui.operations.changes.recheck import Conflicted, NothingLeft, ceilings, check_again
from brcc_tui.operations.changes.recorder import ChangeRecorder
from brcc_tui.platforms.errors import NotThere


async def look_ahead(run: PlanRun, batch: Batch) -> None:
    """Reads what sells the shows that begin with this batch, and ends the changes of those that cannot be completed.

    What a single request writes is refused as a whole by its own second reading. A plan's own rule is evaluated here as
    it is there: sales since the plan reduce what is raised and lowered.
    """
    recorders = _of_shows_begun(run, batch)
    if not recorders:
        return
    rules = _rules_of(run, recorders)
    subjects = dict.fromkeys(subject_of(recorder.id) for recorder in recorders)
    looks = await look_at_each(run.reader, {**subjects, **_sold_by(rules)})
    read = {subject: look for subject, look in looks.items() if isinstance(look, DecisionReading)}
    run.looks |= {subject: read[subject] for subject in subjects if subject in read}
    run.seen |= read
    batch.ahead = read
    for recorder in recorders:
        if not recorder.ended:  # else it went with another listing of its show
            _ask(run, recorder, rules, looks)


def _rules_of(run: PlanRun, recorders: Sequence[ChangeRecorder]) -> list[ShowRule]:
    """The plan's rules over the shows of these changes."""
    listing_ids = {recorder.id for recorder in recorders}
    return [rule for rule in run.confirmed.plan.rules if not listing_ids.isdisjoint(rule.listing_ids)]


def _sold_by(rules: Sequence[ShowRule]) -> dict[Subject, None]:
    """All that sells the shows of these rules, in order."""
    return dict.fromkeys(subject_of(listing_id) for rule in rules for listing_id in rule.listing_ids)


def _ask(
    run: PlanRun,
    recorder: ChangeRecorder,
    rules: Sequence[ShowRule],
    looks: Mapping[Subject, DecisionReading | AppError],
) -> None:
    """End the change that cannot be written as things stand, or of which nobody can read how they do."""
    look = looks[subject_of(recorder.id)]
    if isinstance(look, AppError):
        outcome = Outcome.CONFLICT if isinstance(look, NotThere) else Outcome.REFUSED
        run.give_up(recorder, outcome, of_app_error(look).reason)
        return
    if recorder.id in look.listings:
        recorder.see(look.listings[recorder.id])
    try:
        check_again(recorder.change, look, ceilings(rules, looks, look.subject))
    except Guarded as no:
        run.give_up(recorder, Outcome.REFUSED, no.reason)
    except Conflicted as no:
        if not no.may_pass:  # else the second reading decides
            run.give_up(recorder, Outcome.CONFLICT, no.reason)
    except NothingLeft:
        pass  # if it still is so at the second reading, the change has ended well


def _of_shows_begun(run: PlanRun, batch: Batch) -> Sequence[ChangeRecorder]:
    """The changes, of this phase and the next, of the shows that nothing was read of yet and of which more than this
    batch is written.
    """
    shows = {group_of(recorder.change.listing) for recorder in batch.open} - run.begun
    run.begun |= shows
    by_show = {show: [x for x in run.recorders if group_of(x.change.listing) == show and not x.ended] for show in shows}
    return [recorder for of_show in by_show.values() if not _is_written_by(batch, of_show) for recorder in of_show]


def _is_written_by(batch: Batch, recorders: Collection[ChangeRecorder]) -> bool:
    return all(recorder in batch.recorders for recorder in recorders)
