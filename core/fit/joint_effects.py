"""Group effects of several grouping factors at given variances, and how sure their sums are."""

from collections.abc import Mapping

import numpy as np

from core.design.coding import Array
from core.fit.effects import Codes, GroupEffects
from core.fit.joint import Joint
from core.fit.joint_objective import JointPieces, own_blocks
from core.fit.objective import residual_weights
from core.fit.reach import times


def joint_effects(joint: Joint, pieces: JointPieces) -> dict[str, GroupEffects]:
    """Returns the conditional distribution of each factor's effects, the others' being integrated out.

    With K = Lambda Lambda': u_hat = K Z'V^-1 (y - X b), cov(u | y, b) = s2 (K - K Z'V^-1 Z K).
    """
    s2 = pieces.s2
    v = residual_weights(pieces)
    conditional = _conditional(joint, pieces)
    found = {}
    for k, (name, side) in enumerate(zip(joint.factors, joint.sides, strict=True)):
        spread = side.to_random @ pieces.factors[k] @ pieces.factors[k].T
        reached = pieces.reached[k]
        found[name] = GroupEffects(
            mean=np.einsum("ab,kbc,k->ca", spread, reached, v),
            conditional=s2 * side.to_random @ conditional[k] @ side.to_random.T,
            pull=np.einsum("ab,kbc->cak", spread, reached[:-1]) @ np.linalg.inv(side.to_fixed),
        )
    return found


def known_variance(
    joint: Joint, pieces: JointPieces, z: Mapping[str, Array], codes: Mapping[str, Codes]
) -> Array:
    """Returns the variance (n,) of the sum of z'u given b, with residual variance 1.

    With a the effects of the factors but the first that a row meets: z1' C11 z1 + a' P a - 2 (K1 z1)' E P a.
    """
    weights, columns = [], []
    for start, side, name in zip(joint.starts[:-1], joint.sides[1:], joint.factors[1:], strict=True):
        q, seen = len(side.random), codes[name] >= 0
        weights.append(np.where(seen[:, None], z[name] @ side.to_random, 0.0))
        columns.append(start + np.where(seen, codes[name], 0)[:, None] * q + np.arange(q))
    a, at = np.hstack(weights), np.hstack(columns)
    first, lam = joint.factors[0], pieces.factors[0]
    group = np.maximum(codes[first], 0)
    own = np.where((codes[first] >= 0)[:, None], z[first] @ joint.first.to_random, 0.0)
    total = np.einsum("na,nab,nb->n", own, _conditional(joint, pieces)[0][group], own)
    total += np.einsum("na,nab,nb->n", a, pieces.p[at[:, :, None], at[:, None, :]], a)
    moved = own @ (lam @ lam.T)
    for k in range(a.shape[1]):  # one effect a row at a time: E P is never held whole
        total -= 2.0 * a[:, k] * np.einsum("na,na->n", moved, _e_p(pieces, group, at[:, k]))
    return np.asarray(total)


def _e_p(pieces: JointPieces, group: Codes, column: Codes) -> Array:
    """Rows of E P: of each group (n,) and column (n,), (n, q1)."""
    found = np.empty((len(group), pieces.e.values.shape[1]))
    wanted, which = np.unique(column, return_inverse=True)
    for start in range(0, len(wanted), 256):
        part = times(pieces.e, pieces.p[:, wanted[start : start + 256]])
        here = (which >= start) & (which < start + 256)
        found[here] = part[group[here], :, which[here] - start]
    return found


def _conditional(joint: Joint, pieces: JointPieces) -> list[Array]:
    """(J, q, q) of each factor: P's own blocks for the others, K - K N K for the first."""
    spread = pieces.factors[0] @ pieces.factors[0].T
    own = own_blocks(joint, pieces)[0].transpose(2, 0, 1)
    blocks = [spread - spread @ own @ spread]
    for start, side in zip(joint.starts[:-1], joint.sides[1:], strict=True):
        inside = np.arange(side.cells)[:, None] * len(side.random) + np.arange(len(side.random)) + start
        blocks.append(pieces.p[inside[:, :, None], inside[:, None, :]])
    return blocks
