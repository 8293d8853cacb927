"""Invented names of the practice club: shows, performers, ticket classes. Nobody and nothing here is real.

The irregularity is on purpose: the two shops call the same show by different names, with dashes, double
spaces and `&`, as the club's own listings do.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
WEEKEND = (FRIDAY, SATURDAY)
SIX, EIGHT, TEN = dt.time(18), dt.time(20), dt.time(22)


@dataclass(frozen=True, slots=True)
class Regular:
    """A weekly show: its slot's label at the club's own shop, its series' name on Eventbrite (None: not there).

    `weeks` are the weeks from today's that the Eventbrite series covers.
    """

    weekday: int
    time: dt.time
    label: str
    series: str | None
    weeks: tuple[int, int] = (-2, 25)


WEEKDAY_PRODUCTS = (
    "Monday Night at Backroom Comedy Club",
    "Tuesday Night at Backroom Comedy Club",
    "Wednesday Night at Backroom Comedy Club",
    "Thursday Night  at Backroom Comedy Club",
    "Friday Night at Backroom Comedy Club",
    "Saturday Night at Backroom Comedy Club",
    "Sunday Night &amp; Friends at Backroom Comedy Club",
)

REGULARS = (
    Regular(MONDAY, EIGHT, "Monday 8pm - Wet Paint Comedy", "Wet Paint Comedy @ Backroom Comedy Club | 8PM Monday"),
    Regular(MONDAY, TEN, "Monday 10pm - Second Draft Open Mic", "Second Draft  Open Mic @ Backroom Comedy Club"),
    Regular(TUESDAY, EIGHT, "8pm Show", "Tuesday Night Comedy – 8PM"),
    Regular(TUESDAY, TEN, "10pm Show", "Tuesday Night Comedy – 10PM", (-2, 8)),
    Regular(WEDNESDAY, EIGHT, "Wednesday 8pm Show", "Humpday Howls @ Backroom Comedy Club"),
    Regular(WEDNESDAY, TEN, "Wednesday 10pm Show", "Humpday Howls: the Late One | 10PM Wednesday"),
    Regular(THURSDAY, EIGHT, "Thursday 8pm Show w/ Guests", "8PM Thursday at the Backroom"),
    Regular(THURSDAY, TEN, "Thursday 10pm Show", "10PM Thursday at the Backroom"),
    Regular(FRIDAY, EIGHT, "8pm Show", "8PM Friday – Best of the Backroom"),
    Regular(FRIDAY, TEN, "10pm Show", "10PM Friday – Best of the Backroom"),
    Regular(FRIDAY, SIX, "6pm Show", None),
    Regular(SATURDAY, EIGHT, "Saturday 8pm Show", "8PM Saturday | Backroom Comedy Club"),
    Regular(SATURDAY, TEN, "Saturday 10pm Show", "10PM Saturday | Backroom Comedy Club"),
    Regular(SATURDAY, SIX, "Saturday 6pm Show (NON-ENGLISH)", None),
    Regular(SUNDAY, EIGHT, "8pm Show", "Sunday Night & Friends @ Backroom Comedy Club"),
    Regular(SUNDAY, TEN, "10pm Show", "Sunday Night & Friends, Late"),
    Regular(SUNDAY, SIX, "6pm Show", None),
)

OVERSOLD_LABEL = "Saturday 10pm Show"
"""Next week's has sold more seats on both shops together than the room has."""

MIXER_SERIES = "Mingle & Giggle: Speed Friending + Stand-up (1st Part 6:30pm, 2nd Part 8pm)"
MIXER_CLASSES = ("1st Part : Mixer Only", "1st Part + 2nd Part [8pm show]")


@dataclass(frozen=True, slots=True)
class LimitedRun:
    """A few dates of a guest. Names None: not sold on that shop. `days` are days from today.

    `clock` is the slot's stored hour, minute and period; `late` minutes by which Eventbrite differs;
    `cloned`: its product is a duplicate of Friday's.
    """

    on_eventbrite: str | None
    product: str | None
    label: str
    time: dt.time
    days: tuple[int, ...]
    clock: tuple[str, str, str] = ("08", "00", "p.m.")
    timed: bool = True
    late: int = 0
    cloned: bool = False


LIMITED_RUNS = (
    LimitedRun(
        "Nell Abernathy @ Backroom Comedy Club | Limited Run",
        "Nell Abernathy @ Backroom Comedy | Limited Run",
        "8pm Show",
        EIGHT,
        (5, 12, 19, 26),
        cloned=True,
    ),
    LimitedRun(
        "Tito Varga – Mostly Harmless",
        "Tito Varga: Mostly Harmless",
        "8pm Show",
        EIGHT,
        (9, 16, 23),
        late=30,
    ),
    LimitedRun(
        "February: 20-20 Show @ Backroom Comedy Club",
        "February 20-20",
        "February: 20-20 Show",
        EIGHT,
        (74, 81, 88, 95),
        clock=("20", "00", ""),
    ),
    LimitedRun(
        "January Show  | Backroom Comedy Club",
        "January at the Backroom",
        "January Show 8pm",
        EIGHT,
        (42, 49, 56, 63),
        clock=("00", "00", ""),
        timed=False,
    ),
    LimitedRun(
        "The Osei Sisters & Friends @ Backroom Comedy Club | Limited Run",
        "The Osei Sisters &amp; Friends",
        "10pm Show",
        TEN,
        (13, 27, 34),
        clock=("10", "00", "p.m."),
    ),
    LimitedRun("Improv Jam – Rin Castellano", None, "", EIGHT, (31, 38, 45, 52, 59)),
    LimitedRun("Late Laughs: Bartholomew Quill", None, "", TEN, (33, 40, 47)),
    LimitedRun("Roast Battle, Season 4", None, "", TEN, (10, 24, 38, 52, 66, 80)),
)

SINGLES = (
    ("Priya Lindqvist: Saturday Matinee", "Priya Lindqvist – Matinee @ Backroom", 12, dt.time(16)),
    ("Gus Moreau Album Taping", "Gus Moreau: Album Taping | Backroom Comedy Club", 26, dt.time(17)),
    ("Ode to Joyce", None, 33, dt.time(15)),
)

ONE_OFF_EVENTS = (
    ("Stand-up 101 – Workshop with Imogen Fitch", 8, dt.time(13)),
    ("Clown & Mask Workshop", 29, dt.time(13)),
    ("Company Night (private)", 15, dt.time(12)),
)

GENERAL = "General Admission"
GENERAL_LOWER = "General admission"
EARLY_BIRD = "Early Bird"
DOOR_COMP = "House Comp (do not sell)"
DONATION = "Support the Backroom"
ADD_ON = "Signed Poster"

FREE_DRINK = "Free Drink"
SHIRT = "Backroom T-Shirt"

ODD_LABEL = "[/x] \x1b[2J & \U0001f3a4 \u202e\u05e9\u05dc\u05d5\u05dd"
"""A label that must be shown as text: console markup, a terminal escape, an emoji, right-to-left letters."""

QUOTED_LABEL = 'The "Almost" Famous Show'
"""FooEvents stores this label unharmed and turns it into invalid JSON at the first sale."""

ODD_EVENT_NAME = "[bold]Open[/bold] Mic \x1b[31m& Friends \U0001f3a4 – 8PM"

ODD_PRODUCTS = {
    "invalid_json": "The Almost Famous Show (Sundays)",
    "empty_list": "Brand New Show (dates to follow)",
    "empty_text": "Brand New Show, Late",
    "no_text": "Storytelling Night (planning)",
    "slot_not_an_object": "Crowd Work Only",
    "ghost_slot": "Dark Room: Comedy Without Lights",
    "label_with_quotes": "Almost Famous – New Season",
    "label_with_markup": "[bold]Open Mic[/bold] of the World &amp; Friends",
    "two_stocks": "Duo Night",
    "odd_stocks": "Pay What You Laugh",
    "hybrid": "Members&rsquo; Night",
    "two_meta_rows": "Twice Told Tales",
    "unreadable_date": "Pop-up Shows",
    "no_time": "June at the Backroom",
    "one_cell": "One Night Only – The Reunion",
    "open_in_editor": "New Faces",
    "draft": "Spring Festival (draft)",
    "single_unmanaged": "Free Preview: Half-Baked Jokes",
    "sequential": "Improv Intensive, Three Days",
    "select": "Writers&rsquo; Room, Two Evenings",
    "null_text": "Comedy Camp, Four Days",
    "seating": "Gala at the Long Table",
    "no_type": "Anniversary Show",
    "stale_booking_text": "Best of the Year",
    "variable": "Dinner &amp; Comedy",
    "variable_parent_stock": "Brunch &amp; Comedy",
}

ODD_EVENTS = {
    "sold_out": "Sold Out: The Farewell of Marguerite Bloom",
    "started": "Improv Marathon, 24 Hours",
    "tiered": "Variety Night with Tables",
    "reserved_seating": "Gala @ Backroom Comedy Club | Reserved Seats",
    "capacity_below_classes": "Two for One: Roast & Toast",
    "canceled": "Canceled: Hypnosis Hour",
    "draft_event": "Untitled Spring Special",
    "not_yet_on_sale": "New Year's Eve Early Show",
    "donation": "Fundraiser for a New Microphone",
    "add_on": "Podcast Taping: Heckle Hour",
    "hidden_class": "Industry Showcase",
    "places_in_checkout": "Last Laugh before the Holidays",
    "odd_event_name": ODD_EVENT_NAME,
    "sold_by_code": "Secret Headliner: You Know Who",
    "ticket_rule": "Dinner, then Laughter",
    "several_days": "Four-Day Festival Pass",
    "auto_hidden": "Members First: Valentine Warm-up",
}
