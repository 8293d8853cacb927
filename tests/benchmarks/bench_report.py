"""What a report of more than a year of the club's size costs: some 1,200 shows and 40,000 tickets, both shops."""

from __future__ import annotations

import datetime as dt
import json
import time

from clubs import sample
from measure import PROGRAM, Figure, run_to_end

_WEEKS = 190
"""So many weeks of a club that plays twice as often on as many stages: about 1,150 shows."""


def reports() -> list[Figure]:
    """Processor time of the whole command, and how long it waited besides: for the shops, in whose hands that is.

    The first report asks Eventbrite event by event, some 800 questions, and the next one only for what may change.
    """
    with sample(2, past=_WEEKS) as club:
        today = dt.datetime.fromisoformat(club.refresh["catalogue_read_at"]).date()
        days = ("--from", str(today - dt.timedelta(weeks=_WEEKS)), "--to", str(today + dt.timedelta(weeks=5)))
        found = []
        for name in ("first report", "report, the past kept"):
            began = time.monotonic()
            work, printed = run_to_end(
                (*PROGRAM, "report", *days, "--by", "month", "--json"), club.settings, club.folder
            )
            waited, total = time.monotonic() - began - work / 1000, json.loads(printed)["total"]
            note = f"{total['shows']:,} shows, {total['sold']:,} seats; waited for the shops {waited:.1f} s besides"
            found.append(Figure(name, work / 1000, "s", 3.0, note))
        return found
