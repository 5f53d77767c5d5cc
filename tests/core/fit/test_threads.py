"""Fits use one BLAS thread and leave the process's setting as it was."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import core
from core.fit.threads import one_thread


def blas_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_one_thread_inside_and_the_setting_before_comes_back() -> None:
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        with one_thread():
            assert blas_threads() == {1}
        assert blas_threads() == before


def test_the_setting_comes_back_after_a_fit_and_after_one_that_fails() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"y": rng.standard_normal(60), "g": np.repeat(list("abcdef"), 10)})
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        core.tiers(core.fit(frame, "y ~ 1 + (1 | g)"), "(Intercept)", n_tiers=2)
        assert blas_threads() == before
        with pytest.raises(core.PanelwiseError):
            core.fit(frame.assign(g="a"), "y ~ 1 + (1 | g)")
        assert blas_threads() == before
