"""A panel, its models as plain matrices, and Henderson's solution with n x n inverses: an independent road.

Nothing here reads moments, rotations or relative factors; every group effect has its own column of Z.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SIZES = (1, 2, 3, 5, 8, 9, 4, 7, 6, 10, 12, 3)
GROUPS = len(SIZES)
CODES = np.repeat(np.arange(GROUPS), SIZES)
LEVELS = tuple(f"s{k:02d}" for k in range(GROUPS))


def panel(seed: int = 8) -> pd.DataFrame:
    """Returns 70 rows in 12 unbalanced groups (one with a single row, one where x never moves).

    x and w vary within groups and differ between them, m is constant within groups, f is text, b yes/no.
    Intercepts, slopes of x and slopes of w all differ by group.
    """
    rng = np.random.default_rng(seed)
    n = len(CODES)
    x = rng.gamma(2.0, 1.0, n) * rng.uniform(0.3, 3.0, GROUPS)[CODES] + 20.0
    x[CODES == 3] = 21.0
    w = rng.standard_normal(n) + 3.0
    m = rng.standard_normal(GROUPS)[CODES]
    f = np.array(["a", "b", "c"])[rng.integers(0, 3, n)]
    u = rng.standard_normal((GROUPS, 3)) * [2.0, 0.6, 1.0]
    y = 5.0 + u[CODES, 0] + (0.5 + u[CODES, 1]) * (x - 21.0) + (0.3 + u[CODES, 2]) * w + 0.5 * m
    return pd.DataFrame(
        {
            "y": y + rng.standard_normal(n),
            "x": x,
            "w": w,
            "m": m,
            "f": f,
            "b": rng.random(n) < 0.4,
            "g": [LEVELS[k] for k in CODES],
        }
    )


def column(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Returns a column of a model by the name a reader would give it: "1", "x", "x*w", "f=b"."""
    if name == "1":
        return np.ones(len(frame))
    if "*" in name:
        return np.prod([column(frame, part) for part in name.split("*")], axis=0)
    if "=" in name:
        text, _, level = name.partition("=")
        return (frame[text] == level).to_numpy(dtype=float)
    return frame[name].to_numpy(dtype=float)


def columns(frame: pd.DataFrame, names: str) -> np.ndarray:
    """Returns the columns (n, k) named in a text separated by blanks."""
    return np.column_stack([column(frame, name) for name in names.split()])


def spread_out(z: np.ndarray) -> np.ndarray:
    """Returns Z (n, J q): each group has its own columns, group by group."""
    n, q = z.shape
    big = np.zeros((n, GROUPS, q))
    big[np.arange(n), CODES] = z
    return big.reshape(n, GROUPS * q)


@dataclass(frozen=True)
class Henderson:
    """b (p,), u (J, q), and the covariance of (b_hat - b, u_hat - u), (p + J q) square."""

    b: np.ndarray
    u: np.ndarray
    covariance: np.ndarray

    def of_group(self, j: int, of_fixed: np.ndarray, of_random: np.ndarray) -> np.ndarray:
        """Returns the covariance of of_fixed b + of_random u_j."""
        p, q = len(self.b), self.u.shape[1]
        weights = np.zeros((len(of_fixed), len(self.covariance)))
        weights[:, :p] = of_fixed
        weights[:, p + j * q : p + (j + 1) * q] = of_random
        return weights @ self.covariance @ weights.T


def henderson(y: np.ndarray, x: np.ndarray, z: np.ndarray, sigma: np.ndarray, s2: float) -> Henderson:
    """Returns the best linear unbiased answers at given variances.

    Henderson (1975), Biometrics 31: C_bb = (X'V^-1 X)^-1, C_bu = -C_bb X'V^-1 Z G,
    C_uu = G - G Z'P Z G, with V = Z G Z' + s2 I and P = V^-1 - V^-1 X C_bb X'V^-1.
    """
    big = spread_out(z)
    g = np.kron(np.eye(GROUPS), sigma)
    inverse = np.linalg.inv(s2 * np.eye(len(y)) + big @ g @ big.T)
    c_bb = np.linalg.inv(x.T @ inverse @ x)
    b = c_bb @ x.T @ inverse @ y
    u = g @ big.T @ inverse @ (y - x @ b)
    c_bu = -c_bb @ x.T @ inverse @ big @ g
    p = inverse - inverse @ x @ c_bb @ x.T @ inverse
    c_uu = g - g @ big.T @ p @ big @ g
    return Henderson(b, u.reshape(GROUPS, -1), np.block([[c_bb, c_bu], [c_bu.T, c_uu]]))


def deviance(
    y: np.ndarray, x: np.ndarray, z: np.ndarray, sigma: np.ndarray, s2: float, reml: bool
) -> tuple[float, np.ndarray]:
    """Returns -2 (restricted) log-likelihood with nothing profiled but b, and cov(b), by n x n Cholesky."""
    big = spread_out(z)
    n, p = x.shape
    root = np.linalg.cholesky(s2 * np.eye(n) + big @ np.kron(np.eye(GROUPS), sigma) @ big.T)
    white_x, white_y = np.linalg.solve(root, x), np.linalg.solve(root, y)
    information = white_x.T @ white_x
    residual = white_y - white_x @ np.linalg.solve(information, white_x.T @ white_y)
    value = 2 * np.log(np.diag(root)).sum() + residual @ residual
    if reml:
        value += np.linalg.slogdet(information)[1] + (n - p) * np.log(2 * np.pi)
    else:
        value += n * np.log(2 * np.pi)
    return float(value), np.linalg.inv(information)


MODELS = {
    "y ~ x + w + m + (1 | g)": ("1 x w m", "1"),
    "y ~ x + w + m + (1 + x | g)": ("1 x w m", "1 x"),
    "y ~ x + w + (1 + x || g)": ("1 x w", "1 x"),
    "y ~ x + w + f + (1 + x + w | g)": ("1 x w f=b f=c", "1 x w"),
    "y ~ x*w + b + (1 + w | g)": ("1 x w b x*w", "1 w"),
    "y ~ 0 + x + w + (1 | g)": ("x w", "1"),
    "y ~ 0 + x + w + (0 + w | g)": ("x w", "w"),
    "y ~ w + (0 + x | g)": ("1 w", "x"),
    "y ~ 1 + (1 + w | g)": ("1", "1 w"),
    "y ~ 0 + f + x + (1 + x | g)": ("f=a f=b f=c x", "1 x"),
    "y ~ x + (1 | g) + (0 + w | g)": ("1 x", "1 w"),
    "y ~ x + (0 + f | g)": ("1 x", "f=a f=b f=c"),
}
"""Formula -> fixed and random columns, in the order the engine names them."""
