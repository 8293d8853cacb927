"""The ten commonest errands with the program itself on a terminal, against the practice club's servers.

Each within so many keys (`pytest -rP` prints the count). What the screen says is held against what is true in the
shops and in the journal afterwards, and the terminal is given back as it was.
"""

from __future__ import annotations

import datetime as dt
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from modes import restored
from pty_terminal import StartProgram, Terminal
from shops import Shops, journal

from brcc_tui.settings_table import EVENTBRITE, SETTINGS, WOOCOMMERCE, WORDPRESS
from tests.days import FEWER, practice_now

FRIDAY, SATURDAY = 4, 5
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@contextmanager
def errand(terminal: Terminal, name: str, most: int) -> Iterator[None]:
    terminal.keys = 0
    yield
    print(f"{name}: {terminal.keys} keys, {most} at most")
    assert terminal.keys <= most


def open_program(start_program: StartProgram, shops: Shops, data: Path, rows: int = 36, **environment: str) -> Terminal:
    given = {**shops.environment(data), "LOGNAME": "robin", **environment}
    terminal = start_program(environment=given, rows=rows)
    terminal.until("calls left")
    return terminal


def leave(terminal: Terminal) -> None:
    terminal.insist("ctrl+q", lambda _: terminal.ended)
    assert terminal.wait() == 0
    restored(terminal.written)
    assert terminal.unchanged(), "echo, lines or signals of the terminal are others than before"
    assert terminal.left_behind() == []


def go_to_tonight(terminal: Terminal, shops: Shops) -> str:
    """Down to the first show at eight; its id. (From 23:00 on that is tomorrow's.)"""
    terminal.until("Next shows")  # while they are read, it says how many are
    shows = terminal.text().split("Next shows")[1].splitlines()[1:]
    for _ in range(next(index for index, row in enumerate(shows) if " 20:00 " in row)):
        terminal.key("down")
    return str(shops.coming(hour=20)[0]["show"])


def test_find_tonights_eight_o_clock_show(start_program: StartProgram, shops: Shops, data: Path) -> None:
    terminal = open_program(start_program, shops, data)
    with errand(terminal, "find tonight's 8 pm show", 5):
        show = go_to_tonight(terminal, shops)
        terminal.key("enter")
        terminal.until(show)
        terminal.until("N changes them")
    listing = re.compile(r" (EB|WC) .*?\s\d+ +\d+ +[\d-]+ +(?:[█▒░]+ +)?(\d+) +(?!\d+ )(\S+) ")
    while any(age != "now" for _, _, age in listing.findall(terminal.text())):
        terminal.read(0.1)
    terminal.quiet(0.05)
    rows = [(shop, left) for shop, left, _ in listing.findall(terminal.text())]
    truth = [(x["id"][:2].upper(), str(shops.left(x["id"]))) for x in shops.listings if x["show"] == show]
    assert sorted(rows) == sorted(truth)
    assert {shop for shop, _ in rows} == {"EB", "WC"}
    leave(terminal)
    assert journal(data) == []


def test_compare_it_on_both_shops(start_program: StartProgram, shops: Shops, data: Path) -> None:
    terminal = open_program(start_program, shops, data)
    with errand(terminal, "compare it on both shops", 6):
        show = go_to_tonight(terminal, shops)
        terminal.type(" c")
        truth = {x["id"]: shops.left(x["id"]) for x in shops.listings if x["show"] == show}
        terminal.until(f"{len(truth)} of 10 listings")
        while terminal.text().count("live ") < len(truth):
            terminal.read(0.1)
        terminal.until(f"{shops.left_together(truth)} on sale")
    cards = terminal.text().split("Together")[0]
    assert sorted(map(int, re.findall(r"left +(\d+)", cards))) == sorted(truth.values())
    assert "Eventbrite" in cards
    assert "WooCommerce" in cards
    leave(terminal)
    assert journal(data) == []


def raise_by_three(terminal: Terminal, most: int) -> None:
    """On the web shop's soonest Saturday at eight; a plan that asks for its number gets it."""
    with errand(terminal, "give three more seats to the web shop", most):
        terminal.find("sat 8pm wc", "words, a day")
        terminal.until("@main")
        terminal.type("+++w")
        terminal.until("as robin")
        terminal.agree()
        terminal.until("1 of 1")


def test_give_three_more_seats_to_the_web_shop(start_program: StartProgram, shops: Shops, data: Path) -> None:
    listing = shops.coming(weekday=SATURDAY, hour=20, shop="wc")[0]["id"]
    before = shops.left(listing)
    terminal = open_program(start_program, shops, data)
    raise_by_three(terminal, 19)
    terminal.until("nothing more will happen")
    assert shops.left(listing) == before + 3
    leave(terminal)
    (entry,) = journal(data)
    assert (entry.listing, entry.outcome, entry.after) == (listing, "settled", (entry.before or 0) + 3)
    assert entry.actor.startswith("robin@")
    moves = [event.event for event in entry.events]
    assert moves.index("checkpointed") < moves.index("sent") < moves.index("verified")


def changes_of_two_nights(shops: Shops, data: Path) -> str:
    """One person changes a Friday, another a Saturday; the Saturday's listing."""
    friday, saturday = (shops.coming(weekday=day, hour=18, shop="wc")[1]["id"] for day in (FRIDAY, SATURDAY))
    shops.change(data, saturday, +2, user="priya", reason="the school choir")
    shops.change(data, friday, +1, user="amir", reason="walk-ins")
    return str(saturday)


def test_see_who_changed_saturday_and_undo_it(start_program: StartProgram, shops: Shops, data: Path) -> None:
    saturday = changes_of_two_nights(shops, data)
    raised, before = shops.left(saturday), journal(data)
    terminal = open_program(start_program, shops, data)
    with errand(terminal, "see who changed Saturday", 7):
        terminal.type("6")
        terminal.until("2 changes")
        terminal.find("sat", "find: ")
        terminal.until("│ 1 change\n")
        assert re.search(r"Sat \d+ \w+ 18:00 .*priya@", terminal.text()), "who and which Saturday, at a glance"
        terminal.key("enter")
        terminal.until("Every move of it")
    assert "the school choir" in terminal.text()
    assert "amir@" not in terminal.text()
    assert journal(data) == before, "looking changes nothing"
    with errand(terminal, "undo it", 3):
        terminal.answer("escape", "│ 1 change\n")
        terminal.type("u")
        terminal.until("as robin")
        terminal.agree()
        terminal.until("1 of 1")
    terminal.until("nothing more will happen")
    assert shops.left(saturday) == raised - 2
    leave(terminal)
    changed, _, undone = journal(data)
    assert (undone.listing, undone.before, undone.after) == (saturday, changed.after, changed.before)
    assert undone.outcome == "settled"
    assert undone.actor.startswith("robin@")


def test_find_why_a_product_is_read_only(start_program: StartProgram, shops: Shops, data: Path) -> None:
    listing = next(x["id"] for x in shops.coming() if x["title"] == "Members’ Night" and x["read_only_reason"])
    before = shops.left(listing)
    terminal = open_program(start_program, shops, data)
    with errand(terminal, "find why a product is read-only", 7):
        terminal.find("memb", "words, a day")
        terminal.until("@main")
        terminal.type("i")
        terminal.until("How it was classified")
    assert "Read only     the product's own WooCommerce stock limits this date too" in terminal.text()
    terminal.answer("escape", "seats: N changes them")
    terminal.type("+")
    terminal.until("It cannot be changed: the product's own WooCommerce stock")
    assert "review changes" not in terminal.text()
    leave(terminal)
    assert shops.left(listing) == before
    assert journal(data) == []


def test_find_why_a_product_cannot_be_read(start_program: StartProgram, shops: Shops, data: Path) -> None:
    terminal = open_program(start_program, shops, data)
    with errand(terminal, "find why a product cannot be read", 3):
        terminal.type("5")
        terminal.until("by week")
        terminal.key("end")
        terminal.key("enter")
        terminal.until("How it was classified")
    leave(terminal)
    assert journal(data) == []


def a_friday_with_the_free_drink(shops: Shops, month: str) -> str:
    """One of that month on which both shops sell the usual show, by the date that its row says: not "tomorrow"."""
    usual = {x["starts_at"] for x in shops.coming(weekday=FRIDAY, hour=20, shop="eb") if x["starts_at"]}
    found = {x["starts_at"] for x in shops.listings if x["title"] == "Free Drink" and x["starts_at"]} & usual
    nights = [dt.datetime.fromisoformat(start) for start in sorted(found) if start.startswith(month)]
    friday = next(night for night in nights if night - practice_now() > dt.timedelta(days=2))
    return f"Fri {friday.day} {friday:%b}"


def teach(terminal: Terminal, friday: str) -> None:
    """Said once and kept: the free drink of that Friday is no seat, and the others belong together."""
    with errand(terminal, "(once: what belongs together on Fridays)", 16):
        terminal.down_to(friday)
        terminal.key("enter")
        terminal.until("N changes them")
        terminal.down_to("WC Free Drink")
        terminal.type("n")
        terminal.until("no seat")
        terminal.answer("e", "Free Drink is no seat")
        terminal.until("y confirms")
        terminal.type("y")
        terminal.until("Remembered for every date")


@pytest.mark.dates(*FEWER)
def test_sync_next_months_fridays(start_program: StartProgram, shops: Shops, data: Path) -> None:
    month = (practice_now().replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    # A show of January that plays in February is found by both words; by the date it is not.
    words = f"fri {f'{month:%Y-%m}' if month.month <= 3 else MONTHS[month.month - 1]} 8pm"
    terminal = open_program(start_program, shops, data)
    terminal.type("2")
    terminal.find(words, "find: tonight")
    teach(terminal, a_friday_with_the_free_drink(shops, f"{month:%Y-%m}"))
    terminal.insist("escape", lambda text: words not in text)
    with errand(terminal, "sync next month's Fridays", 22):
        terminal.find(words, "find: tonight")
        terminal.type("As")
        terminal.until("kept back")
        terminal.answer("p", "as robin")
        terminal.agree()
        terminal.until(" 0 of ")
    terminal.until("nothing more will happen")
    leave(terminal)
    nights = {day for x in shops.listings if (day := x["date"]) and dt.date.fromisoformat(day).weekday() == FRIDAY}
    told = journal(data)
    assert {entry.show for entry in told} <= {f"{day}T20:00@main" for day in nights if day.startswith(f"{month:%Y-%m}")}
    assert {entry.outcome for entry in told} == {"settled"}
    assert len({entry.digest for entry in told}) == 1
    for show in {entry.show for entry in told}:
        listings = [x for x in shops.coming() if x["show"] == show and x["status"] == "on_sale"]
        offered = sum(shops.left(x["id"]) for x in listings)
        taken = sum(x["reading"]["sold"] + (x["reading"]["held"] or 0) for x in listings)
        assert offered <= 55 - taken, f"{show} offers more than is free"


@pytest.mark.dates(*FEWER)
def test_read_the_numbers_with_the_database_down(start_program: StartProgram, shops: Shops, data: Path) -> None:
    with shops.without_database():
        terminal = open_program(start_program, shops, data, rows=44)  # a card has room for its reason
        with errand(terminal, "read the numbers with the database down", 6):
            show = go_to_tonight(terminal, shops)
            terminal.type(" c")
            terminal.until("no answer, so this is what")
            while "reading" in terminal.text():
                terminal.read(0.1)
            terminal.quiet(0.05)
        text = terminal.text()
        assert "database" in text, "the reason"
        known = [x["reading"]["remaining"] for x in shops.listings if x["show"] == show]
        assert sorted(map(int, re.findall(r"left +(\d+)", text))) == sorted(known), "what was known stays"
        assert not re.search(r"sold +\?", text)
        assert "✗ Da" in text.splitlines()[0], "the light tells"
    with errand(terminal, "and once it is back", 1):
        terminal.type("R")
        while "no answer" in terminal.text():
            terminal.read(0.1)
    while not re.search(r"\d+ on sale", terminal.text()):  # together; classes of one event may share a limit
        terminal.read(0.1)
    assert "● Da" in terminal.text().splitlines()[0], "and the light recovers by itself"
    leave(terminal)
    assert journal(data) == []


@pytest.mark.parametrize(
    ("kind", "key"),
    [pytest.param("hang_after", "c", id="the shop had done it"), pytest.param("hang_before", "a", id="it had not")],
)
def test_recover_after_a_kill(start_program: StartProgram, shops: Shops, data: Path, kind: str, key: str) -> None:
    roomy = [x for x in shops.coming(weekday=SATURDAY, hour=18, shop="wc") if shops.left(x["id"]) > 9]
    listing = roomy[2 + (key == "a")]
    before, night = shops.left(listing["id"]), dt.datetime.fromisoformat(listing["starts_at"])
    terminal = open_program(start_program, shops, data)
    with shops.fault_of_the_write(kind, listing, seconds=60):
        terminal.find(f"sat 6pm wc {night:%Y-%m-%d}", "words, a day")
        terminal.until("@main")
        terminal.type("-w")
        terminal.until("as robin")
        terminal.agree()
        terminal.until("sent")
        while shops.left(listing["id"]) != before - (kind == "hang_after"):
            terminal.read(0.05)
        assert terminal.kill("SIGKILL") == -9
        assert terminal.left_behind() == []
    (entry,) = journal(data)
    assert entry.outcome is None, "it died before it could know"
    assert entry.last("checkpointed") is not None

    terminal = start_program(environment={**shops.environment(data), "LOGNAME": "robin"})
    terminal.until("1 change never settled")
    with errand(terminal, "recover after a kill", 3):
        if key == "c":
            terminal.insist(key, lambda text: "never settled" not in text)
        else:
            terminal.answer(key, "as robin")
            terminal.agree()
            terminal.until("1 of 1")
            terminal.until("nothing more will happen")
    leave(terminal)
    assert shops.left(listing["id"]) == before - 1
    assert {entry.outcome for entry in journal(data)} <= {"settled", "interrupted"}
    assert all(entry.outcome for entry in journal(data)), "nothing is left to recover"


def left_tonight(text: str) -> tuple[int, ...]:
    """What the dashboard says is left of the first show at eight on both shops."""
    row = next(row for row in text.split("Next shows")[1].splitlines() if " 20:00 " in row)
    (numbers,) = re.findall(r" \d+ +\d+ +[\d-]+ +(?:[█▒░]+ +)?\d+ +(\d+) +(\d+) +(?!\d+ )\S", row)
    return tuple(map(int, numbers))


def test_set_up_from_nothing(start_program: StartProgram, shops: Shops, tmp_path: Path) -> None:
    parts = (EVENTBRITE, WOOCOMMERCE, WORDPRESS)
    asked = [setting.name for setting in SETTINGS if setting.part in parts and not setting.found_out]
    home = {name: str(tmp_path) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    terminal = start_program(rows=40, environment={**home, **shops.profile})
    terminal.until("Fill in what you have")
    assert not list(tmp_path.rglob("*.env")), "nothing is written before somebody says so"
    given = [name for name in asked if name in shops.values]
    with errand(terminal, "set up from nothing", 2 * len(asked) + 4):
        for name in asked[: asked.index(given[-1]) + 1]:
            if name in given:
                terminal.paste(shops.values[name])
            if name != given[-1]:
                terminal.key("down")
        terminal.key("f2")
        terminal.until("the key may write")
        terminal.until("read only")
        terminal.until("may write")
        assert not list(tmp_path.rglob("*.env"))
        terminal.answer("ctrl+s", "never read")
        terminal.until("calls left")
        terminal.answer("R", "listings in ")
    terminal.until("Next shows")
    terminal.until(" 20:00 ")
    first = shops.coming(hour=20)[0]["show"]
    tonight = [x["id"] for x in shops.listings if x["show"] == first]
    truth = tuple(shops.left_together(one for one in tonight if one.startswith(shop)) for shop in ("eb:", "wc:"))
    assert left_tonight(terminal.text()) == truth
    (file,) = tmp_path.rglob("*.env")
    assert file.name == "practice.env", "the profile that was asked for, and no other"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    secrets = [shops.values[setting.name].encode() for setting in SETTINGS if setting.secret]
    assert not [secret for secret in secrets if secret in terminal.written], "no secret is shown"
    assert not [secret for path in tmp_path.rglob("*.log*") for secret in secrets if secret in path.read_bytes()]
    leave(terminal)
