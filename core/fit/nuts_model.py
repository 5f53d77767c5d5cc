"""The density as a PyMC model, compiled once for each number of variance parameters."""

import atexit
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from enum import Enum
from functools import cache, lru_cache, partial
from pathlib import Path
from time import perf_counter
from types import FunctionType, ModuleType
from typing import Any
from zlib import crc32

import numpy as np

from core.fit.nuts_joint_kernel import SEVERAL_FACTORS
from core.fit.nuts_kernel import ONE_FACTOR
from core.fit.nuts_partly_kernel import OTHERS_SAMPLED
from core.fit.nuts_rows_kernel import GENERALISED

# Compiled models kept: some megabytes each.
MOST = 32


class Way(Enum):
    """Which density is compiled; its functions, each after those it uses, the density last."""

    ONE = ONE_FACTOR
    SEVERAL = SEVERAL_FACTORS
    PARTLY = OTHERS_SAMPLED
    ROWS = GENERALISED


# Numbers of parameters with the residual SD, and of which density: an intercept; an intercept and
# a slope (or three uncorrelated effects); two uncorrelated; three effects; intercepts of two groupings;
# and with a slope of one of them.
AHEAD = ((2, Way.ONE), (4, Way.ONE), (3, Way.ONE), (7, Way.ONE), (3, Way.SEVERAL), (5, Way.SEVERAL))


def ahead_steps() -> list[Callable[[], Any]]:
    """Returns one step for each model to compile, the most asked for first.

    The first step of each kind compiles for some twenty seconds on a new machine, and for six where PyTensor
    has kept its work on the disk; the others for three.
    """
    return [partial(compiled, size, way) for size, way in AHEAD]


def compile_ahead() -> float:
    """Returns the seconds it took to have the models asked for most ready in this process."""
    start = perf_counter()
    for step in ahead_steps():
        step()
    return perf_counter() - start


@lru_cache(MOST)
def compiled(size: int, way: Way) -> Any:
    """Returns nutpie's compiled model of `size` parameters; `with_data(numbers=...)` gives it a table."""
    place_for_compiled()
    import nutpie

    return nutpie.compile_pymc_model(model(size, way))


def model(size: int, way: Way) -> Any:
    """Returns the PyMC model: a flat eta (size,), the log density of x = mode + root eta as a potential."""
    place_for_compiled()
    import pymc as pm

    with pm.Model() as built:
        eta = pm.Flat("eta", shape=size)
        value, _ = operation(way)(eta, pm.Data("numbers", np.zeros(10)))
        pm.Potential("density", value)
    return built


@cache
def operation(way: Way) -> Any:
    """Returns the PyTensor operation (eta, numbers) -> (log density, gradient), which Numba runs."""
    import pytensor.tensor as pt
    from pytensor.gradient import disconnected_type
    from pytensor.graph.basic import Apply
    from pytensor.graph.op import Op
    from pytensor.link.numba.dispatch import basic

    class Density(Op):
        """Log density and gradient of a model's variance parameters."""

        __props__ = ("way",)

        def __init__(self, way: str) -> None:
            self.way = way

        def make_node(self, *inputs: Any) -> Any:
            eta, numbers = (pt.as_tensor(one) for one in inputs)
            return Apply(self, [eta, numbers], [pt.dscalar(), eta.type()])

        def perform(self, node: Any, inputs: Any, output_storage: Any) -> None:
            value, gradient = Way[self.way].value[-1](*inputs)
            output_storage[0][0], output_storage[1][0] = np.asarray(value), gradient

        def connection_pattern(self, node: Any) -> list[list[bool]]:
            return [[True, False], [False, False]]

        def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
            return [cotangents[0] * outputs[1], disconnected_type()]

    register: Any = basic.register_funcify_default_op_cache_key
    jit: Any = basic.numba_njit

    @register(Density)  # type: ignore[untyped-decorator]
    def to_numba(op: Any, node: Any = None, **_: Any) -> tuple[Any, int]:
        functions = Way[op.way].value
        last = jitted(functions, jit)

        @jit  # type: ignore[untyped-decorator]
        def density(eta: Any, numbers: Any) -> Any:
            value, gradient = last(eta, numbers)
            return np.asarray(value), gradient

        return density, fingerprint(functions)

    return Density(way.name)


def jitted(functions: tuple[Any, ...], jit: Callable[[Any], Any]) -> Any:
    """Returns the last function compiled, the functions it uses by name compiled with it."""
    names: dict[str, ModuleType | Any] = {"np": np, "erfc": math.erfc, "lgamma": math.lgamma}
    for plain in functions:
        names[plain.__name__] = jit(FunctionType(plain.__code__, names, plain.__name__))
    return names[functions[-1].__name__]


def fingerprint(functions: tuple[Any, ...]) -> int:
    """Returns a number that changes with the functions: an older compilation is not taken for theirs."""
    text = "".join(
        f"{f.__code__.co_code.hex()}{f.__code__.co_consts}{f.__code__.co_names}" for f in functions
    )
    return crc32(text.encode())


def place_for_compiled() -> None:
    """Gives PyTensor a private folder for compiled functions where the home folder cannot be written to.

    The folder lives as long as the process: what others could write into it would be run.
    """
    if "pytensor" in sys.modules or "base_compiledir" in os.environ.get("PYTENSOR_FLAGS", ""):
        return
    local = os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None
    usual = Path(local) / "PyTensor" if local else Path("~").expanduser() / ".pytensor"
    try:
        usual.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=usual):
            return
    except OSError:
        folder = tempfile.mkdtemp(prefix="panelwise-compiled-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        flags = [os.environ["PYTENSOR_FLAGS"]] if os.environ.get("PYTENSOR_FLAGS") else []
        os.environ["PYTENSOR_FLAGS"] = ",".join([*flags, f"base_compiledir={folder}"])
