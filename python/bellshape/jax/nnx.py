# SPDX-License-Identifier: BSD-3-Clause
"""Modules for Flax, with the arguments and the habits of the norms of flax.nnx."""

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from . import _functions as functions
from ._functions import Mode
from ._module import Norm, OfSample, documented, nnx, shape_of

__all__ = [
    "BatchNormalNorm",
    "GroupNormalNorm",
    "InstanceNormalNorm",
    "LayerNormalNorm",
    "RMSNormalNorm",
]


@documented
class BatchNormalNorm(Norm):
    """Batch normality normalization, as nnx.BatchNorm.

    The values of a channel share mean, variance and lambda, in training those of the batch, in
    evaluation the running ones.

    Parameters
    ----------
    num_features : int
        The number C of channels.
    use_running_average : bool, default False
        Whether to take the running statistics and add no noise, as `eval()` of a model sets it.
    axis : int, default -1
        The axis of the channels.
    momentum : float, default 0.99
        The weight of the running statistics when a batch comes, as in Flax.
    {EPSILON}
    {OPTIONS}
    bounds : (float, float) or None, default None
        The range to which evaluation clamps the running lambda; None sets no bounds.
    axis_name : hashable or None, default None
        The axis of a `vmap`, `pmap` or `shard_map` that shares the batch.

    {RAISES}

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from flax import nnx
    >>> norm = BatchNormalNorm(3, rngs=nnx.Rngs(0))
    >>> norm(jnp.arange(24.0).reshape(8, 3)).shape, norm.lmbda[...].shape
    ((8, 3), (3,))
    """

    def __init__(
        self,
        num_features: int,
        *,
        use_running_average: bool = False,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-5,
        param_dtype: Any = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: Mode = "exact",
        rngs: nnx.Rngs | None = None,
        bounds: tuple[float, float] | None = None,
        axis_name: Any = None,
    ) -> None:
        shape = (num_features,)
        super().__init__(shape, epsilon, param_dtype, use_bias, use_scale, noise, alpha, mode, rngs)
        self.mean = nnx.BatchStat(jnp.zeros(shape))
        self.var = nnx.BatchStat(jnp.ones(shape))
        self.lmbda = nnx.BatchStat(jnp.ones(shape))
        self.num_features, self.axis, self.momentum = num_features, axis, momentum
        self.use_running_average, self.bounds, self.axis_name = (
            use_running_average,
            bounds,
            axis_name,
        )

    def __call__(self, x: Array, use_running_average: bool | None = None) -> Array:
        """Normalize a batch.

        Parameters
        ----------
        x : Array
            The input.
        use_running_average : bool or None, default None
            As in the constructor, whose choice None takes.

        Returns
        -------
        Array
            The output, of the same shape and type.
        """
        frozen = self.use_running_average if use_running_average is None else use_running_average
        running = self.mean, self.var, self.lmbda
        if frozen:
            return functions.evaluate_normal_norm(
                x,
                *(r[...] for r in running),
                *self._weights(),
                axis=self.axis,
                epsilon=self.epsilon,
                mode=self.mode,
                bounds=self.bounds,
            )
        out, found = functions.batch_normal_norm(
            x, *self._weights(), axis=self.axis, axis_name=self.axis_name, **self._options(True)
        )
        for r, new in zip(running, found, strict=True):
            new = lax.stop_gradient(new).astype(r[...].dtype)
            r[...] = self.momentum * r[...] + (1 - self.momentum) * new
        return out

    def set_view(self, use_running_average: bool | None = None) -> None:
        """Set what `nnx.view` sets.

        Parameters
        ----------
        use_running_average : bool or None, default None
            As in the constructor; None changes nothing.
        """
        if use_running_average is not None:
            self.use_running_average = use_running_average


@documented
class LayerNormalNorm(OfSample):
    """Layer normality normalization, as nnx.LayerNorm.

    The values along the last axis, or others, share mean, variance and lambda.

    Parameters
    ----------
    num_features : int or sequence of int
        The sizes of these axes.
    {EPSILON}
    axes : int or sequence of int, default -1
        The axes.
    {OPTIONS}
    {DETERMINISTIC}

    {RAISES}

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from flax import nnx
    >>> LayerNormalNorm(6, rngs=nnx.Rngs(0))(jnp.arange(24.0).reshape(4, 6)).shape
    (4, 6)
    """

    def __init__(
        self,
        num_features: int | Sequence[int],
        *,
        epsilon: float = 1e-6,
        axes: int | Sequence[int] = -1,
        param_dtype: Any = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        noise: float = 1.0,
        alpha: float = 1.0,
        mode: Mode = "exact",
        rngs: nnx.Rngs | None = None,
        deterministic: bool = False,
    ) -> None:
        shape = shape_of(num_features)
        super().__init__(shape, epsilon, param_dtype, use_bias, use_scale, noise, alpha, mode, rngs)
        self.axes = axes if isinstance(axes, int) else tuple(axes)
        self.deterministic = deterministic

    def _call(self, x: Array, deterministic: bool) -> tuple[Array, Any]:
        return functions.layer_normal_norm(
            x, *self._weights(), axes=self.axes, **self._options(not deterministic)
        )


@documented
class RMSNormalNorm(OfSample):
    """Root mean square normality normalization, as nnx.RMSNorm: without centering.

    The values along the last axis, or others, share their root mean square and lambda.

    Parameters
    ----------
    num_features : int or sequence of int
        The sizes of these axes.
    {EPSILON}
    axes : int or sequence of int, default -1
        The axes.
    param_dtype : dtype, default float32
        The type of the parameters.
    use_scale : bool, default True
        Whether there is a weight.
    noise, alpha, mode, rngs
        As in `LayerNormalNorm`.
    {DETERMINISTIC}

    {RAISES}

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from flax import nnx
    >>> RMSNormalNorm(6, rngs=nnx.Rngs(0))(jnp.arange(24.0).reshape(4, 6)).shape
    (4, 6)
    """

    def __init__(
        self,
        num_features: int | Sequence[int],
        *,
        epsilon: float = 1e-6,
        axes: int | Sequence[int] = -1,
        param_dtype: Any = jnp.float32,
        use_scale: bool = True,
        noise: float = 1.0,
        alpha: float = 1.0,
        mode: Mode = "exact",
        rngs: nnx.Rngs | None = None,
        deterministic: bool = False,
    ) -> None:
        shape = shape_of(num_features)
        super().__init__(shape, epsilon, param_dtype, False, use_scale, noise, alpha, mode, rngs)
        self.axes = axes if isinstance(axes, int) else tuple(axes)
        self.deterministic = deterministic

    def _call(self, x: Array, deterministic: bool) -> tuple[Array, Any]:
        return functions.rms_normal_norm(
            x, self._weights()[0], axes=self.axes, **self._options(not deterministic)
        )


@documented
class GroupNormalNorm(OfSample):
    """Group normality normalization, as nnx.GroupNorm.

    The values of C/num_groups neighboring channels of a sample share mean, variance and lambda.

    Parameters
    ----------
    num_features : int
        The number C of channels, which are the last axis.
    num_groups : int, default 32
        The number of groups, which divides C.
    {EPSILON}
    {OPTIONS}
    {DETERMINISTIC}

    {RAISES}

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from flax import nnx
    >>> GroupNormalNorm(6, 2, rngs=nnx.Rngs(0))(jnp.arange(48.0).reshape(2, 4, 6)).shape
    (2, 4, 6)
    """

    def __init__(
        self,
        num_features: int,
        num_groups: int = 32,
        *,
        epsilon: float = 1e-6,
        param_dtype: Any = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: Mode = "exact",
        rngs: nnx.Rngs | None = None,
        deterministic: bool = False,
    ) -> None:
        if num_groups < 1 or num_features % num_groups:
            raise ValueError(f"num_groups ({num_groups}) does not divide {num_features} channels")
        shape = (num_features,)
        super().__init__(shape, epsilon, param_dtype, use_bias, use_scale, noise, alpha, mode, rngs)
        self.num_groups, self.deterministic = num_groups, deterministic

    def _call(self, x: Array, deterministic: bool) -> tuple[Array, Any]:
        return functions.group_normal_norm(
            x, self.num_groups, *self._weights(), **self._options(not deterministic)
        )


@documented
class InstanceNormalNorm(OfSample):
    """Instance normality normalization, as nnx.InstanceNorm.

    Each channel of each sample has statistics of its own.

    Parameters
    ----------
    num_features : int
        The number C of channels, which are the last axis.
    {EPSILON}
    {OPTIONS}
    {DETERMINISTIC}

    {RAISES}

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from flax import nnx
    >>> InstanceNormalNorm(3, rngs=nnx.Rngs(0))(jnp.arange(48.0).reshape(2, 8, 3)).shape
    (2, 8, 3)
    """

    def __init__(
        self,
        num_features: int,
        *,
        epsilon: float = 1e-6,
        param_dtype: Any = jnp.float32,
        use_bias: bool = True,
        use_scale: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: Mode = "exact",
        rngs: nnx.Rngs | None = None,
        deterministic: bool = False,
    ) -> None:
        shape = (num_features,)
        super().__init__(shape, epsilon, param_dtype, use_bias, use_scale, noise, alpha, mode, rngs)
        self.deterministic = deterministic

    def _call(self, x: Array, deterministic: bool) -> tuple[Array, Any]:
        return functions.instance_normal_norm(
            x, *self._weights(), **self._options(not deterministic)
        )
