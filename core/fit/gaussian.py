"""One door to the Gaussian fits: from moments to a fit with as many grouping factors as the layout names."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np

from core.design.crossing import merged
from core.design.errors import MissingColumns
from core.design.layout import Layout
from core.design.moments import Moments
from core.fit.along import Fitted
from core.fit.joint import pose_joint
from core.fit.joint_linear import JointLinear
from core.fit.joint_objective import Latest, split
from core.fit.linear import Linear
from core.fit.optimise import Optimum, optimise
from core.fit.problem import pose
from core.fit.settle import RIDGE
from core.fit.target import joint_target, sizes, target
from core.fit.threads import one_thread


def fit_gaussian(moments: Moments, layout: Layout | None = None, *, reml: bool = True) -> Fitted:
    """Returns the fit of a model to moments that hold its columns and groupings; no rows are read.

    Raises what `pose` and `pose_joint` raise.
    """
    held = needed(moments, moments.layout if layout is None else layout)
    if len(held.factors) > 1:
        with one_thread():
            joint = pose_joint(held)
        latest = Latest(joint, reml)
        with nullcontext() if joint.dense else one_thread():
            return JointLinear(held, joint, optimise(joint_target(joint, reml, latest)), reml, latest)
    with one_thread():
        problem = pose(held)
        return Linear(held, problem, optimise(target(problem, reml)), reml)


def fit_near(moments: Moments, like: JointLinear) -> JointLinear:
    """Returns the fit of like data with several groupings, searched from the optimum of another fit first.

    A zero variance is no place to begin (see `settle`): the start stands off it, and where the search ends on
    the boundary a second start decides. Raises what `pose_joint` raises.
    """
    joint = pose_joint(moments)
    apart = dict(zip(like.joint.factors, split(like.joint, like.optimum.theta), strict=True))
    begun = []
    for name, side in zip(joint.factors, joint.sides, strict=True):
        sized = apart[name] * sizes(side)
        diagonal = side.shape.rows == side.shape.cols
        begun.append(np.where(diagonal & (np.abs(sized) < RIDGE), RIDGE, sized))
    whole = joint_target(joint, like.reml)
    starts = (np.concatenate(begun), whole.starts[1])
    near = replace(whole, starts=starts, thorough=False, hessian=None)
    return JointLinear(moments, joint, optimise(near), like.reml)


def known_gaussian(moments: Moments, optimum: Optimum, *, reml: bool) -> Fitted:
    """Returns a fit whose optimum was found before."""
    if len(moments.factors) > 1:
        return JointLinear(moments, pose_joint(moments), optimum, reml)
    return Linear(moments, pose(moments), optimum, reml)


def needed(moments: Moments, layout: Layout) -> Moments:
    """Returns the moments in the cells that a layout asks for, finer ones added up. Raises MissingColumns."""
    factors = tuple(dict.fromkeys(part.factor for part in layout.random))
    if absent := [name for name in factors if name not in moments.factors]:
        raise MissingColumns(absent)
    few = merged(moments, factors) if factors or len(moments.factors) > 1 else moments
    return replace(few, layout=layout)
