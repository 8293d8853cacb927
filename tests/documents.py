"""What the commands print as JSON, held to the letter against what they printed before: a script, no test.

    python -m tests.documents            compare; exit status 1 where a document is otherwise
    python -m tests.documents --update   keep what is printed now

Each command runs on the same practice club, of one seed, on one day. Moments of the run, and what is drawn anew for
each run, are told by a word instead. Of a long document its beginning is kept, and a checksum of all of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from brcc_tui.cli import main
from brcc_tui.cli.practice import practice_club
from tests.days import USUAL, set_day
from tests.needs import a_cell

KEPT: Final = Path(__file__).parent / "cli" / "documents"
BEGINNING: Final = 3000
"""Characters of a document that are kept as they are."""

VOLATILE: Final = (
    (re.compile(rf"{USUAL}T(12|16):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"), "NOW"),
    (re.compile(r"(127\.0\.0\.1[:_])\d+"), r"\1PORT"),
    (re.compile(r"\d+(?:\.\d+)? ([GM]B (?:free|used))"), r"MANY \1"),
    (re.compile(r'("(?:age_seconds|seconds|took|duration|uptime|milliseconds|latency_ms)": )[\d.]+'), r"\1SECONDS"),
    (re.compile(r'("(?:id|entry|digest|operation)": ")[0-9a-f-]{8,}"'), r'\1DRAWN"'),
)
"""What differs from run to run, and the words for it."""

Run = Callable[..., str]


@contextlib.contextmanager
def commands() -> Iterator[Run]:
    """Runs a command in this process on the practice club; what it prints on standard output."""
    set_day(USUAL)
    with practice_club(["--seed=5", "--past=6"]) as values, tempfile.TemporaryDirectory() as folder:
        before = dict(os.environ)
        os.environ.update({**values, "BRCC_DATA_DIR": folder, "BRCC_SETTLE": "0.05,0.1", "LOGNAME": "robin"})

        def run(*arguments: str) -> str:
            out = io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
                main(list(arguments))
            return out.getvalue().replace(folder, "FOLDER")

        try:
            yield run
        finally:
            os.environ.clear()
            os.environ.update(before)


def documents(run: Run) -> Iterator[tuple[str, str]]:
    """Each document's name, and what the command printed."""
    yield "refresh", run("refresh", "--json")
    listings = run("listings", "--json")
    yield "listings", listings
    found: Sequence[Mapping[str, str]] = json.loads(listings)["listings"]
    cell = a_cell(found, with_sold=1, on_offer=4)
    product, show = cell["id"], cell["show"]
    asks = {
        "listings-live": ("listings", "--live", "--platform", "eventbrite"),
        "shows": ("shows",),
        "explain": ("explain", product),
        "report": ("report", "--from", "2027-04-01", "--to", "2027-04-30"),
        "door": ("door", show),
        "orders": ("orders", show),
        "plan": ("set", product, "+2"),
        "plan-of-a-close": ("close", show),
        "plan-of-a-sync": ("sync", show, "--split"),
        "refusal": ("set", product, "9999"),
        "unknown": ("explain", "wc:1"),
    }
    for name, ask in asks.items():
        yield name, run(*ask, "--json")
    digest = json.loads(run("set", product, "+2", "--json"))["digest"]
    yield "change", run("set", product, "+2", "--json", "--confirm", digest)
    for name in ("history", "recover", "health"):
        yield name, run(name, "--json")


def steady(text: str) -> str:
    """The document without what differs from run to run."""
    for pattern, word in VOLATILE:
        text = pattern.sub(word, text)
    return text


def kept_as(text: str) -> str:
    """What a file holds of a document."""
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return f"{checksum} {len(text)}\n{text[:BEGINNING]}\n"


def compare(update: bool) -> int:
    """Print what is otherwise; the exit status."""
    changed = 0
    with commands() as run:
        for name, printed in documents(run):
            file, now = KEPT / f"{name}.txt", kept_as(steady(printed))
            before = file.read_text(encoding="utf-8") if file.exists() else ""
            if now == before:
                continue
            changed += 1
            print(f"{name}: {'kept anew' if update else 'is otherwise'}; {now.splitlines()[0]}")
            if update:
                KEPT.mkdir(exist_ok=True)
                file.write_text(now, encoding="utf-8")
    return 0 if update else min(changed, 1)


if __name__ == "__main__":
    sys.exit(compare("--update" in sys.argv[1:]))
