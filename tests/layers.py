"""The import rules of the house, read off the source text: what a file imports, and what it may not."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

ORDER = ("table", "spec", "design", "fit", "result", "decide", "run")
BASE = ("errors", "finding", "words")  # below every layer
RANK = dict.fromkeys(BASE, 0) | {name: place for place, name in enumerate(ORDER, start=1)}
TOP = RANK["run"]

SCREENS = {"streamlit", "plotly", "dashboard"}
SLOW = {
    "pymc",
    "pytensor",
    "nutpie",
    "numba",
    "arviz",
    "arviz_base",
    "arviz_stats",
    "xarray",
    "zarr",
    "statsmodels",
}
DRAWERS = ("charts", "report")
SHOWN = {f"core.{name}" for name in (*BASE, "result", "decide")}  # what charts and reports draw
STATISTICS = {"scipy", *SLOW}
ON_SCREEN = {f"dashboard.{name}" for name in ("app", "state", "jobs", "views", "components")}
KEPT_BY_STATE = {"session_state", "cache_data", "cache_resource"}
EVERY_ERROR = {"PanelwiseError", "Exception", "BaseException"}
NO_NOUN = {"util", "utils", "helper", "helpers", "common", "misc"}


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name in full, its line, and whether it waits until a function is called."""

    name: str
    line: int
    late: bool

    def under(self, *packages: str) -> bool:
        """Returns whether the name is one of the packages or lies inside it."""
        return any(self.name == package or self.name.startswith(package + ".") for package in packages)


def nodes(tree: ast.AST, late: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Returns every node with whether it runs only when a function is called, or never (TYPE_CHECKING)."""
    for node in ast.iter_child_nodes(tree):
        yield node, late
        types_only = isinstance(node, ast.If) and ast.unparse(node.test) in (
            "TYPE_CHECKING",
            "typing.TYPE_CHECKING",
        )
        yield from nodes(node, late or types_only or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imports(path: str, tree: ast.AST) -> list[Import]:
    """Returns what the file imports, in full: `from ..fit import x` in core/result/a.py is core.fit.x."""
    package = PurePosixPath(path).parent.parts
    found = []
    for node, late in nodes(tree):
        if isinstance(node, ast.Import):
            found += [Import(alias.name, node.lineno, late) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            start = ".".join([*base, *([node.module] if node.module else [])])
            found += [Import(f"{start}.{alias.name}", node.lineno, late) for alias in node.names]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            found += [Import(ast.unparse(name).strip("'"), node.lineno, late) for name in node.args[:1]]
    return found


def faults(path: str, source: str) -> list[str]:
    """Returns a sentence for each rule the file breaks, with its line. `path` is relative to the project."""
    tree = ast.parse(source)
    found = imports(path, tree)
    parts = PurePosixPath(path).with_suffix("").parts
    broken = [
        (0, f"'{part}' says nothing about what it holds") for part in parts if part.strip("_") in NO_NOUN
    ]
    if parts[0] == "core":
        broken += core_faults(parts[1], found)
    if parts[0] == "dashboard":
        broken += drawing_faults(parts[1], found) + view_faults(parts[1], found)
        broken += jobs_faults(parts[1], found, tree) + state_faults(parts[1], found, tree)
    return [f"{path}:{line}: {sentence}" for line, sentence in broken]


Broken = list[tuple[int, str]]


def core_faults(layer: str, found: list[Import]) -> Broken:
    """Returns arrows that turn round, screens in core, and slow packages loaded by `import core`."""
    if layer != "__init__" and layer not in RANK:
        return [(0, f"core.{layer} has no place in the order of layers")]
    own = TOP + 1 if layer == "__init__" else RANK[layer]
    broken = [(i.line, f"core never imports {i.name}") for i in found if i.under(*SCREENS)]
    broken += [
        (i.line, f"{i.name} belongs inside a function") for i in found if i.under(*SLOW) and not i.late
    ]
    for each in found:
        if each.under("core"):
            _, _, inside = each.name.partition(".")
            if RANK.get(inside.split(".")[0], TOP + 1) > own or (own == TOP + 1 and each.name == "core"):
                broken.append((each.line, f"core.{layer} stands below {each.name}"))
    return broken


def drawing_faults(folder: str, found: list[Import]) -> Broken:
    """Returns what charts and reports import beyond plotly, the theme and finished results."""
    if folder not in DRAWERS:
        return []
    broken = [
        (i.line, f"{folder} knows no screen: {i.name}") for i in found if i.under("streamlit", *ON_SCREEN)
    ]
    broken += [(i.line, f"{folder} does no statistics: {i.name}") for i in found if i.under(*STATISTICS)]
    past = [i for i in found if i.under("core") and not i.under(*SHOWN)]
    return broken + [(i.line, f"{folder} draws results, not {i.name}") for i in past]


def view_faults(folder: str, found: list[Import]) -> Broken:
    """Returns what a view computes or draws itself."""
    banned = ("numpy", "pandas", "plotly", "scipy")
    return [
        (i.line, f"a view only composes: {i.name}") for i in found if folder == "views" and i.under(*banned)
    ]


def jobs_faults(name: str, found: list[Import], tree: ast.Module) -> Broken:
    """Returns imports of jobs beyond core, and workers that another process could not import."""
    if name != "jobs":
        return []
    allowed = ("core", "dashboard.jobs", *sys.stdlib_module_names)
    broken = [(i.line, f"jobs imports core only: {i.name}") for i in found if not i.under(*allowed)]
    top = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "target":
            worker = ast.unparse(node.value)
            broken += [] if worker in top else [(node.value.lineno, f"{worker} is not a top-level function")]
    return broken


def state_faults(name: str, found: list[Import], tree: ast.AST) -> Broken:
    """Returns touches of session state or caches outside state.py, and errors caught outside app.py."""
    broken: Broken = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in KEPT_BY_STATE and name != "state":
            broken.append((node.lineno, f"only state.py touches {node.attr}"))
        if isinstance(node, ast.ExceptHandler) and name not in ("app", "jobs"):
            caught = (
                {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)} if node.type else {""}
            )
            if caught & EVERY_ERROR or not node.type:
                broken.append((node.lineno, "errors become messages in app.py"))
    kept = [i for i in found if i.under("streamlit") and i.name.split(".")[-1] in KEPT_BY_STATE]
    return broken + [(i.line, f"only state.py touches {i.name}") for i in kept if name != "state"]
