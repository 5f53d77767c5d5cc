"""One door to the Gaussian fits: from moments to a fit with as many grouping factors as the layout names."""

from contextlib import nullcontext
from dataclasses import replace

from core.design.crossing import merged
from core.design.errors import MissingColumns
from core.design.layout import Layout
from core.design.moments import Moments
from core.fit.along import Fitted
from core.fit.joint import pose_joint
from core.fit.joint_linear import JointLinear
from core.fit.linear import Linear
from core.fit.optimise import Optimum, optimise
from core.fit.problem import pose
from core.fit.target import joint_target, target
from core.fit.threads import one_thread


def fit_gaussian(moments: Moments, layout: Layout | None = None, *, reml: bool = True) -> Fitted:
    """Returns the fit of a model to moments that hold its columns and groupings; no rows are read.

    Raises what `pose` and `pose_joint` raise.
    """
    held = needed(moments, moments.layout if layout is None else layout)
    if len(held.factors) > 1:
        with one_thread():
            joint = pose_joint(held)
        with nullcontext() if joint.large else one_thread():
            return JointLinear(held, joint, optimise(joint_target(joint, reml)), reml)
    with one_thread():
        problem = pose(held)
        return Linear(held, problem, optimise(target(problem, reml)), reml)


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
