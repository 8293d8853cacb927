"""Defects of the change protocol, one each, that its tests must notice: what `mutants.py` runs.

They stand in text files beside this one. Under the name of a file of the program (`=== operations/changes/apply.py`)
each has its own name, the text as it is (`-`), the text with the defect (`+`), and, where nothing can notice it, why
(`=`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.parsing import parsed

PACKAGE = Path(__file__).parents[3] / "brcc_tui"


@dataclass
class Mutant:
    """One defect: `old` stands exactly once in the file. `equivalent` is why no test can notice it."""

    file: str
    name: str
    old_lines: list[str] = field(default_factory=list)
    new_lines: list[str] = field(default_factory=list)
    equivalent: str = ""

    @property
    def module(self) -> str:
        """The module's name."""
        return "brcc_tui." + self.file.removesuffix(".py").replace("/", ".")

    def applied(self) -> str:
        """The module's source with the defect. Raises `ValueError` where the text does not stand there exactly once."""
        source = (PACKAGE / self.file).read_text(encoding="utf-8")
        old, new = "\n".join(self.old_lines), "\n".join(self.new_lines)
        if source.count(old) != 1:
            raise ValueError(f"{self}: the text stands there {source.count(old)} times")
        made = source.replace(old, new)
        compile(made, self.file, "exec")
        return made

    def where(self) -> tuple[str, str] | None:
        """The file and the qualified name of the function that has the defect; None outside of any."""
        path = PACKAGE / self.file
        source = path.read_text(encoding="utf-8")
        line = source[: source.index("\n".join(self.old_lines))].count("\n") + 1
        name = _enclosing(parsed(source), line, "")
        return (str(path), name) if name else None

    def __str__(self) -> str:
        return f"{self.file.rpartition('/')[2].removesuffix('.py')}: {self.name}"


def all_mutants() -> list[Mutant]:
    """Every one, file by file."""
    return [mutant for path in sorted(Path(__file__).parent.glob("*.txt")) for mutant in _read(path)]


def _enclosing(tree: ast.AST, line: int, prefix: str) -> str:
    """The qualified name of the outermost function that holds the line, and "" for none."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if node.lineno <= line <= (node.end_lineno or node.lineno):
            name = f"{prefix}{node.name}"
            return _enclosing(node, line, f"{name}.") if isinstance(node, ast.ClassDef) else name
    return ""


def _read(path: Path) -> Iterator[Mutant]:  # noqa: C901 - a case for each kind of line
    """The mutants of one text file. Raises `ValueError` for a line that is none of its kinds."""
    file, mutant = "", None
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("=== "):
            file = line.removeprefix("=== ")
        elif line.startswith("-") and mutant:
            mutant.old_lines.append(line[1:])
        elif line.startswith("+") and mutant:
            mutant.new_lines.append(line[1:])
        elif line.startswith("= ") and mutant:
            mutant.equivalent = line[2:]
        elif line:
            if mutant:
                yield mutant
            mutant = Mutant(file, line)
    if mutant:
        yield mutant
