"""Compare what the program says with what is so, for many seeds: `python tests/simulation/truth/run.py --seeds 200`.

`--from N` begins at another seed, `--screens` reads the rows of the screens too. Ends with 1 when a number was wrong,
and says which, where.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from brcc_tui import logs
from tests.simulation.truth.compare import findings


async def _all(seeds: range, screens: bool) -> int:
    wrong = compared = unknown = 0
    for seed in seeds:
        found = await findings(seed, screens=screens)
        wrong, compared, unknown = wrong + len(found.wrong), compared + found.compared, unknown + found.unknown
        for words in found.wrong:
            print(f"seed {seed} ({', '.join(sorted(found.habits))}): {words}", flush=True)
        _forget()
    print(f"{len(seeds)} seeds, {compared:,} listings and shows: {wrong} wrong, {unknown:,} unknown with a reason")
    return int(wrong > 0)


def _forget() -> None:
    """A club is some ten megabytes, made of circles; and what must never be logged is the square of all its secrets."""
    logs._secrets = logs._Secrets()  # type: ignore[misc]
    re.purge()
    gc.collect()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--screens", action="store_true")
    chosen = parser.parse_args()
    sys.exit(asyncio.run(_all(range(chosen.first, chosen.first + chosen.seeds), chosen.screens)))
