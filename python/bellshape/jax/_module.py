# SPDX-License-Identifier: BSD-3-Clause
"""What the modules for Flax have in common: options, weights, noise."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import Array

try:
    from flax import nnx
except ImportError as error:
    raise ImportError('bellshape.jax.nnx needs Flax: pip install "bellshape[jax]"') from error

from . import _functions as functions
from ._functions import Mode

# What the docstrings have in common.
_TEXTS = {
    "EPSILON": """epsilon : float
        It is added to the variance, and its square root to the denominator of the Newton step.""",
    "OPTIONS": """param_dtype : dtype, default float32
        The type of the parameters.
    use_bias, use_scale : bool, default True
        Whether there are a bias and a weight.
    noise : float
        The size of the noise in training, in mean absolute deviations of the transformed values; 0
        adds none.
    alpha : float, default 1.0
        The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.
    mode : {"exact", "compat", "normalize_only"}, default "exact"
        "compat" computes what the code of the authors does.  "normalize_only" makes no transform:
        it is the ordinary norm layer.
    rngs : nnx.Rngs or None
        The stream "noise" of it makes the noise; None is allowed where noise is 0.""",
    "DETERMINISTIC": """deterministic : bool, default False
        Whether to add no noise, as `eval()` of a model sets it.""",
    "RAISES": """Raises
    ------
    ValueError
        If an argument is out of range, or noise needs `rngs`.""",
}


def documented(kind: Any) -> Any:
    if kind.__doc__:
        for name, text in _TEXTS.items():
            kind.__doc__ = kind.__doc__.replace("{" + name + "}", text)
    return kind


class Norm(nnx.Module):
    def __init__(
        self,
        shape: tuple[int, ...],
        epsilon: float,
        param_dtype: Any,
        use_bias: bool,
        use_scale: bool,
        noise: float,
        alpha: float,
        mode: Mode,
        rngs: nnx.Rngs | None,
    ) -> None:
        if mode not in functions.MODES:
            raise ValueError(f"mode is {mode!r}, not one of {', '.join(functions.MODES)}")
        if not noise >= 0:
            raise ValueError(f"noise is {noise}, not a number of at least 0")
        if noise and rngs is None:
            raise ValueError("noise needs rngs, such as nnx.Rngs(0)")
        self.scale = nnx.Param(jnp.ones(shape, param_dtype)) if use_scale else nnx.data(None)
        self.bias = nnx.Param(jnp.zeros(shape, param_dtype)) if use_bias else nnx.data(None)
        self.epsilon, self.noise, self.alpha, self.mode = epsilon, noise, alpha, mode
        self.rngs = nnx.data(None) if rngs is None else rngs["noise"].fork()

    def _weights(self) -> list[Array | None]:
        return [None if w is None else w[...] for w in (self.scale, self.bias)]

    def _options(self, noisy: bool) -> dict[str, Any]:
        key = self.rngs() if noisy and self.noise else None
        return {
            "epsilon": self.epsilon,
            "key": key,
            "noise": self.noise,
            "alpha": self.alpha,
            "mode": self.mode,
        }


class OfSample(Norm):
    """A layer whose samples have statistics of their own, in evaluation too."""

    deterministic: bool

    def _call(self, x: Array, deterministic: bool | None) -> tuple[Array, Any]:
        raise NotImplementedError

    def __call__(self, x: Array, *, deterministic: bool | None = None) -> Array:
        """Normalize an array.

        Parameters
        ----------
        x : Array
            The input.
        deterministic : bool or None, default None
            As in the constructor, whose choice None takes.

        Returns
        -------
        Array
            The output, of the same shape and type.
        """
        return self._call(x, self.deterministic if deterministic is None else deterministic)[0]

    def set_view(self, deterministic: bool | None = None) -> None:
        """Set what `nnx.view` sets.

        Parameters
        ----------
        deterministic : bool or None, default None
            As in the constructor; None changes nothing.
        """
        if deterministic is not None:
            self.deterministic = deterministic


def shape_of(sizes: int | Sequence[int]) -> tuple[int, ...]:
    return (sizes,) if isinstance(sizes, int) else tuple(sizes)
