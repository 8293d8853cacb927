"""The club's own programme: weekly shows, guests with a few dates, workshops, on one shop or both."""

from __future__ import annotations

import datetime as dt

from brcc_tui.sandbox.world import names
from brcc_tui.sandbox.world.booking import PlannedDate, Slot, date_text, twelve_hour_time
from brcc_tui.sandbox.world.draft import SEATS, Performance, WorldDraft
from brcc_tui.sandbox.world.plan import Happening, PlannedCell, PlannedProduct, Series, SlotShelf

SITE_WEEKS = range(-6, 20)
"""The weeks from today's of which the club's own shop lists the regular shows; before them only the weekend's."""

SIX_WEEKS = range(-2, 12)
"""The weeks of which it lists those at six o'clock."""

MIXER_WEEKS = 14
"""How many weeks of mixers there are, from today's on; on Eventbrite alone."""

FREE_DRINK_DATES = 12
"""How many coming dates of each slot the free drink copies."""

COPY_SHIFT = 35
"""Minutes by which each copy of the club plays later, so that copies share no evening."""


class ClubProgramme:
    """One copy of the programme on both shops; copy 0 is the club itself, with its own irregularities."""

    def __init__(self, draft: WorldDraft, copy: int) -> None:
        self.draft = draft
        self.copy = copy
        self.products: list[PlannedProduct] = []
        self.cells: list[PlannedCell] = []
        self.all_series: list[Series] = []
        self.happenings: list[Happening] = []
        self.free_drinks: list[PlannedCell] = []
        self._guest_evenings = {draft.day(n) for run in names.LIMITED_RUNS if run.late for n in run.days}
        self._regulars()
        self._mixers()
        for run in names.LIMITED_RUNS:
            self._limited_run(run)
        self._one_offs()
        self._free_drink()

    def _regulars(self) -> None:
        weekdays = [self._product(name, flat=n in (0, 3, 6)) for n, name in enumerate(names.WEEKDAY_PRODUCTS)]
        for regular in names.REGULARS:
            time = self._time(regular.time)
            shelf = self._shelf(
                weekdays[regular.weekday], self._timed_title(regular.label, time), twelve_hour_time(time)
            )
            series = self._series(self._timed_title(regular.series, time)) if regular.series else None
            for week in range(-self.draft.past_weeks, self.draft.ahead_weeks):
                self._regular_night(regular, shelf, series, week)

    def _regular_night(self, regular: names.Regular, shelf: SlotShelf, series: Series | None, week: int) -> None:
        """That night of a week on the shops that list it."""
        time = self._time(regular.time)
        first = self.draft.day((regular.weekday - self.draft.today.weekday()) % 7)
        day = first + dt.timedelta(weeks=week)
        earlier = week < SITE_WEEKS.start
        if not self._is_on(regular, week, day):
            return
        total = self.draft.demand(day)
        on_site = earlier or week in _site_weeks(regular)
        on_eventbrite = earlier or week in _eventbrite_weeks(regular)
        online = round(total * self.draft.rng.uniform(0.35, 0.65)) if on_site and on_eventbrite else total // 2
        if self._is_oversold(regular, week):
            total, online = SEATS + 4, SEATS // 2 + 2
            self.draft.oddities["oversold_show"] = self.draft.performance(day, time).show
        if on_site:
            self._regular_cell(shelf, regular, week, day, time, total - online)
        if series is not None and on_eventbrite:
            self._regular_event(series, week, day, time, online)

    def _is_on(self, regular: names.Regular, week: int, day: dt.date) -> bool:
        """Whether it plays that night, and no guest in its place."""
        if week < SITE_WEEKS.start and not _was_on(regular):
            return False
        return not (day in self._guest_evenings and regular.time == names.EIGHT)

    def _is_oversold(self, regular: names.Regular, week: int) -> bool:
        return self.copy == 0 and week == 1 and regular.label == names.OVERSOLD_LABEL

    def _regular_cell(
        self, shelf: SlotShelf, regular: names.Regular, week: int, day: dt.date, time: dt.time, places: int
    ) -> None:
        if self.copy == 0 and week == 3 and "Second Draft" in regular.label:
            slipped = day + dt.timedelta(days=1)
            cell = self._cell(shelf, slipped, self.draft.performance(slipped, time), 0)
            self.draft.oddities["weekday_slip"] = cell.listing
        else:
            self._cell(shelf, day, self.draft.performance(day, time), places)

    def _regular_event(self, series: Series, week: int, day: dt.date, time: dt.time, sold: int) -> None:
        if self.copy == 0 and week == 4 and series.name.startswith("8PM Friday"):
            performance = self.draft.performance(day, names.TEN)
            event = self._happening(series.name, performance, min(sold, performance.free), series)
            self.draft.oddities["ten_o_clock_in_an_8pm_series"] = f"eb:{event.id}"
        else:
            self._happening(series.name, self.draft.performance(day, time), sold, series)

    def _mixers(self) -> None:
        time = self._time(dt.time(18, 30))
        series = self._series(self._timed_title(names.MIXER_SERIES, time))
        first = self.draft.day((names.THURSDAY - self.draft.today.weekday()) % 7)
        for week in range(min(MIXER_WEEKS, self.draft.ahead_weeks)):
            day = first + dt.timedelta(weeks=week)
            performance = self.draft.performance(day, time)
            self._happening(series.name, performance, self.draft.demand(day) // 2, series).mixer = True

    def _limited_run(self, run: names.LimitedRun) -> None:
        time = self._time(run.time)
        late = run.late if self.copy == 0 else 0
        shelf, date_ids = self._run_shelf(run, time) if run.product else (None, [])
        series = self._series(self._timed_title(run.on_eventbrite, time)) if run.on_eventbrite else None
        for n, ahead in enumerate(run.days):
            day = self.draft.day(ahead)
            starts_at = self.draft.at(day, time) + dt.timedelta(minutes=late)
            performance = self.draft.performance(day, starts_at.time())
            total = min(performance.free, self.draft.demand(day) // (1 if late else 3))
            if shelf is not None:
                cell = self._cell(shelf, day, performance, total // 2, date_ids[n] if date_ids else None)
                if late:
                    self.draft.oddities["other_time_on_the_other_shop"] = cell.listing
            if series is not None:
                self._happening(series.name, performance, total - total // 2, series)

    def _run_shelf(self, run: names.LimitedRun, time: dt.time) -> tuple[SlotShelf, list[str]]:
        """The guest's slot; one guest's product was made by duplicating Friday's, ids and all."""
        product = self._product(run.product or "", flat=not run.timed)
        clock = run.clock if self.copy == 0 else twelve_hour_time(time)
        shelf = self._shelf(product, self._timed_title(run.label, time), clock)
        shelf.slot.timed = run.timed
        if self.copy == 0 and not run.timed:
            self.draft.oddities["time_only_in_label"] = f"wc:{product.id}"
        if self.copy > 0 or not run.cloned:
            return shelf, []
        friday = self.products[names.FRIDAY].slots[0]
        shelf.slot.id = friday.id
        self.draft.oddities["shared_ids"] = f"wc:{product.id}"
        return shelf, [place.date_id for place in friday.places]

    def _one_offs(self) -> None:
        for name, ahead, start in names.ONE_OFF_EVENTS:
            day = self.draft.day(ahead)
            self._happening(self._title(name), self.draft.performance(day, self._time(start)), self.draft.demand(day))

    def _free_drink(self) -> None:
        """A product that copies the ids of Friday's and Saturday's slots and dates and sells no seat."""
        product = self._product(names.FREE_DRINK, flat=False)
        for source in (*self.products[names.FRIDAY].slots[:2], *self.products[names.SATURDAY].slots[:2]):
            shelf = SlotShelf(product, Slot(source.id, source.label, source.clock))
            product.slots.append(shelf.slot)
            coming = [cell for cell in self.cells if cell.shelf.slot is source and cell.day >= self.draft.today]
            for cell in coming[:FREE_DRINK_DATES]:
                place = PlannedDate(cell.place.date_id, cell.place.text, 55)
                shelf.slot.places.append(place)
                self.free_drinks.append(
                    PlannedCell(shelf, place, cell.performance, cell.day, self.draft.rng.randint(0, 3))
                )
        self.draft.oddities["not_a_seat"] = f"wc:{product.id}"

    # the pieces

    def _time(self, time: dt.time) -> dt.time:
        minutes = (time.hour * 60 + time.minute + COPY_SHIFT * self.copy) % (24 * 60)
        return dt.time(minutes // 60, minutes % 60)

    def _title(self, name: str) -> str:
        return f"{name} ({self.copy + 1})" if self.copy else name

    def _timed_title(self, name: str, time: dt.time) -> str:
        """A copy's shows are named by their own time: the club's names tell the club's."""
        if not self.copy:
            return name
        return f"{time.hour % 12 or 12}:{time.minute:02}{'pm' if time.hour >= 12 else 'am'} Show ({self.copy + 1})"

    def _series(self, name: str) -> Series:
        series = Series(self.draft.ids.event(), name, self.draft.ids.ticket_class())
        self.all_series.append(series)
        return series

    def _product(self, name: str, *, flat: bool) -> PlannedProduct:
        product = PlannedProduct(self.draft.ids.product(), self._title(name), flat)
        self.products.append(product)
        return product

    def _shelf(self, product: PlannedProduct, label: str, clock: tuple[str, str, str]) -> SlotShelf:
        slot = Slot(self.draft.ids.letters(), label, clock)
        product.slots.append(slot)
        return SlotShelf(product, slot)

    def _cell(
        self, shelf: SlotShelf, day: dt.date, performance: Performance, places: int, date_id: str | None = None
    ) -> PlannedCell:
        place = PlannedDate(date_id or self.draft.ids.letters(), date_text(day), "")
        shelf.slot.places.append(place)
        cell = PlannedCell(shelf, place, performance, day, places)
        performance.sold_on_site += places
        self.cells.append(cell)
        return cell

    def _happening(self, name: str, performance: Performance, sold: int, series: Series | None = None) -> Happening:
        happening = Happening(self.draft.ids.event(), name, performance, sold, series)
        performance.sold_on_eventbrite += sold
        self.happenings.append(happening)
        return happening


def _was_on(regular: names.Regular) -> bool:
    """Whether it was on long ago: the weekend's two shows alone were."""
    return regular.weekday in names.WEEKEND and regular.time in (names.EIGHT, names.TEN)


def _site_weeks(regular: names.Regular) -> range:
    """The weeks of which the club's own shop lists it."""
    return SIX_WEEKS if regular.time == names.SIX else SITE_WEEKS


def _eventbrite_weeks(regular: names.Regular) -> range:
    """The weeks of which Eventbrite lists it: none where it has no series."""
    return range(*regular.weeks) if regular.series else range(0)
