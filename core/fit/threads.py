"""One BLAS thread for many small products: two that wait for each other take seven times as long."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController


@contextmanager
def one_thread() -> Iterator[None]:
    """Inside it, BLAS uses one thread in this process; the setting before comes back afterwards."""
    with _controller("scipy.linalg" in sys.modules).limit(limits=1, user_api="blas"):
        yield


@cache
def _controller(scipy: bool) -> ThreadpoolController:
    """The libraries loaded so far; SciPy brings a BLAS of its own, so it is looked for again after SciPy."""
    return ThreadpoolController()
