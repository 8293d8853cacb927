"""What a sync's change amounts to when it is re-applied: under that sync's rule, for the show as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from brcc_tui.model.changes.plan import ChangeRequest, Plan, RefusalCode, make_plan
from brcc_tui.operations.catalogue.shows import NoSuchShow
from brcc_tui.operations.changes.guards import Guarded
from brcc_tui.operations.changes.plan import plan_changes
from brcc_tui.operations.changes.sync import rule_again
from brcc_tui.operations.context import ClubContext


async def plan_again(
    club: ClubContext, listing_id: str, wishes: Sequence[ChangeRequest], terms: Mapping[str, object]
) -> Plan:
    """A plan for these wishes: for the listing that was changed, and for dates beside it that its text may have raised.

    `terms` are those of the rule. A listing that sells no seats of that show any more is refused, for its share was of
    these; what its text may have raised is lowered all the same.
    """
    show = str(terms.get("show"))
    try:
        rule, looks = await rule_again(club, terms)
    except NoSuchShow:
        return await _of_another_show(club, listing_id, wishes, show)
    except Guarded as no:
        return make_plan(club.settings.shop, (), no.refusals(wish.listing_id for wish in wishes), club.clock.now())
    if listing_id not in rule.listing_ids:
        return await _of_another_show(club, listing_id, wishes, show)
    return await plan_changes(club, wishes, rules=[rule], looks=looks)


async def _of_another_show(club: ClubContext, listing_id: str, wishes: Sequence[ChangeRequest], show: str) -> Plan:
    own = [wish.listing_id for wish in wishes if wish.listing_id == listing_id]
    plan = await plan_changes(club, [wish for wish in wishes if wish.listing_id != listing_id])
    no = Guarded(
        RefusalCode.UNKNOWN_LISTING,
        f"it was to have a share of {show}, whose seats it does not sell any more: keep its present number, or go back "
        "to the capacity before",
    )
    return make_plan(plan.shop, plan.changes, [*no.refusals(own), *plan.refused], plan.made_at)
