# SPDX-License-Identifier: BSD-3-Clause
"""What the modules have in common: options, weights and running statistics."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.fx import Proxy

from .._parameters import interval
from . import _eager, _gpu
from ._checks import (
    MODE,
    NOISE_KIND,
    check_alpha,
    check_group,
    check_noise,
    check_options,
)
from ._derivatives import is_differentiated
from ._normalize import Sizes, by_channel, evaluate, move, normalize
from ._statistics import NormStatistics, named, pack_running
from ._torch import Layer


class NormalNorm(nn.Module):
    """A module with the options that all have.  It takes the statistics from its input."""

    weight: nn.Parameter | None
    bias: nn.Parameter | None
    # Whether autocast hands float32 to the module of torch, on devices other than the CPU.
    _autocasts = False
    # Modules that were pickled by earlier versions have none of their own.
    noise_kind: NOISE_KIND = "scaled"
    # What takes the statistics of a call, while record_statistics() is at work.
    _record: Callable[[NormStatistics], None] | None = None

    def __init__(
        self,
        eps: float,
        noise: float,
        alpha: float,
        mode: MODE,
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        # The classes of torch that follow in some subclasses make parameters of their own.
        nn.Module.__init__(self)
        check_options(mode, noise, alpha, eps, noise_kind)
        self.eps, self.mode, self.noise_kind = float(eps), mode, noise_kind
        self._set_sizes(float(noise), float(alpha))

    def _set_sizes(self, noise: float, alpha: float) -> None:
        # The operator reads the tensor, so that a compiled graph serves every noise and alpha: they
        # are its inputs.  A new tensor leaves alone what an earlier call has kept for its gradient.
        self._noise, self._alpha, self._noisy = noise, alpha, noise != 0
        self._sizes = torch.tensor([noise, alpha], dtype=torch.float64, device="cpu")

    @property
    def noise(self) -> float:
        """The size of the noise in training; it may be set at any time."""
        return self._noise

    @noise.setter
    def noise(self, value: float) -> None:
        check_noise(value)
        self._set_sizes(float(value), self._alpha)

    @property
    def alpha(self) -> float:
        """The factor of the Newton step to lambda; it may be set at any time."""
        return self._alpha

    @alpha.setter
    def alpha(self, value: float) -> None:
        check_alpha(value)
        self._set_sizes(self._noise, float(value))

    def forward(self, input: Tensor) -> Tensor:
        """Normalize a tensor.

        Parameters
        ----------
        input : Tensor
            The input, of a shape that the class names.

        Returns
        -------
        Tensor
            The output, of the same shape and type.

        Raises
        ------
        ValueError
            If the input has another shape, or one value a group where the module of torch refuses
            that.
        TypeError
            If the types of the input and the weights do not go together.
        """
        if isinstance(input, Proxy):
            # A tracer enters modules that are not of torch.nn.  This makes the node that it makes
            # for those that are.
            tracer: Any = input.tracer
            node: Tensor = tracer.create_proxy(
                "call_module", tracer.path_of_module(self), (input,), {}
            )
            return node
        return self._forward(input)

    def _forward(self, input: Tensor) -> Tensor:
        raise NotImplementedError

    def _make_weights(
        self, shape: Any, affine: bool, bias: bool, device: Any, dtype: torch.dtype | None
    ) -> None:
        for name, wanted in (("weight", affine), ("bias", affine and bias)):
            made = torch.empty(shape, device=device, dtype=dtype) if wanted else None
            self.register_parameter(name, None if made is None else nn.Parameter(made))

    def reset_parameters(self) -> None:
        """Set weight to 1 and bias to 0."""
        if self.weight is not None:
            nn.init.ones_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def _normalize(
        self,
        input: Tensor,
        sizes: Sizes,
        groups: int,
        batch: bool = False,
        by_position: bool = False,
        running: _gpu.Running | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        """Return the output and the statistics of the groups; None for these, if the running ones
        have been moved by them.

        sizes are the numbers of samples, channels and positions.
        """
        noisy, noise, alpha = self._noisy and self.training, 0.0, 1.0
        if not torch.compiler.is_compiling() or is_differentiated():
            noise, alpha = self._noise if noisy else 0.0, self._alpha
        layer = Layer(groups, batch, by_position, self.mode, noise, alpha, self.eps)
        weight, bias = self._own("weight"), self._own("bias")
        # Kernels that move running statistics do not hand out those of the batch.
        running = running if self._record is None else None
        out, saved = normalize(
            input,
            weight,
            bias,
            sizes,
            layer,
            noisy,
            self.noise_kind,
            self._sizes,
            self._autocasts,
            running,
        )
        if self._record is not None:
            self._record(named(saved, self._leading(input, groups, batch), input.numel() == 0))
        return out, saved

    def _leading(self, input: Tensor, groups: int, batch: bool) -> tuple[int, ...]:
        """Return the shape of the statistics."""
        return (groups,) if batch else (input.shape[0], groups)

    def _own(self, name: str) -> Any:
        """Return a parameter or a buffer, sooner than Module.__getattr__ would."""
        if name in self._parameters:
            return self._parameters[name]
        return self._buffers[name] if name in self._buffers else getattr(self, name)

    def extra_repr(self) -> str:
        """Describe the arguments, as repr() shows them.

        Returns
        -------
        str
            The arguments with their values.
        """
        return f"{self._arguments()}, {self._options()}"

    def _arguments(self) -> str:
        """Describe the arguments that not all modules have."""
        raise NotImplementedError

    def _options(self) -> str:
        kind = "" if self.noise_kind == "scaled" else f", noise_kind={self.noise_kind!r}"
        return (
            f"eps={self.eps}, noise={self.noise}, alpha={self.alpha}, mode={self.mode!r}, "
            f"bias={self.bias is not None}{kind}"
        )


# The buffers with running statistics.
RUNNING = ("running_mean", "running_var", "running_lmbda", "num_batches_tracked")


class ChannelNormalNorm(NormalNorm):
    """A module with weights and running statistics for each channel."""

    running_mean: Tensor | None
    running_var: Tensor | None
    running_lmbda: Tensor | None
    num_batches_tracked: Tensor | None
    # The numbers of dimensions that an input may have.
    _dims: tuple[int, ...]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
        *,
        bias: bool = True,
        noise: float = 0.4,
        alpha: float = 1.0,
        mode: MODE = "exact",
        bounds: tuple[float, float] | None = None,
        noise_kind: NOISE_KIND = "scaled",
    ) -> None:
        super().__init__(eps, noise, alpha, mode, noise_kind)
        interval(bounds)
        self.bounds = bounds
        self.num_features = num_features
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self._make_weights(num_features, affine, bias, device, dtype)
        for name in RUNNING[:3]:
            made = torch.empty(num_features, device=device, dtype=dtype)
            self.register_buffer(name, made if track_running_stats else None)
        count = torch.zeros((), dtype=torch.int64, device=device)
        self.register_buffer("num_batches_tracked", count if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Set the running mean to 0, the variance and lambda to 1, and the count of batches to 0.

        Evaluation then leaves the input (almost) as it is.
        """
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.running_lmbda.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Set weight to 1, bias to 0, and the running statistics to what they were at first."""
        self.reset_running_stats()
        super().reset_parameters()

    def _check_input_dim(self, input: Tensor) -> None:
        if input.dim() not in self._dims:
            expected = " or ".join(f"{n}D" for n in self._dims)
            raise ValueError(f"expected {expected} input (got {input.dim()}D input)")

    def _check_channels(self, input: Tensor) -> None:
        if input.shape[1] != self.num_features:
            raise ValueError(
                f"expected {self.num_features} channels, got {input.shape[1]} "
                f"in input size {tuple(input.shape)}"
            )

    def _check_device(self, input: Tensor) -> None:
        # Without weights nothing else would notice before the batch is counted.
        mean = self._own("running_mean")
        if mean.is_cpu and input.is_cpu:
            return
        if mean.device != input.device:
            raise ValueError(
                f"the input is on {input.device}, the running statistics on "
                f"{mean.device}; move the module there, as by "
                f'module.to("{input.device}")'
            )

    def _normalize_channels(self, input: Tensor, batch: bool) -> Tensor:
        self._check_channels(input)
        shape = input.shape
        sizes = (shape[0], shape[1], 1 if len(shape) == 2 else math.prod(shape[2:]))
        if not self.training and self._own("running_mean") is not None:
            return self._evaluate(input, sizes)
        n = sizes[2] * (sizes[0] if batch else 1)
        check_group(n, input)
        tracked = self.training and self.track_running_stats
        if tracked:
            self._check_device(input)
        # Without values there is nothing to move to, as with torch's batch norm.
        moves, running = tracked and n and sizes[0], None
        if moves and _gpu.is_gpu(input):
            running = (*[self._own(name) for name in RUNNING], self.momentum)
        out, saved = self._normalize(input, sizes, sizes[1], batch, running=running)
        if moves:
            if saved is not None:
                self._track(saved, n)
        elif tracked:
            self.num_batches_tracked.add_(1)
        return out

    def _track(self, saved: Tensor, n: int) -> None:
        """Count a batch and move the running statistics by one step.

        Where each sample has statistics of its own, their means count.  n is the number of values
        in a group.
        """
        running = [self._own(name) for name in RUNNING]
        saved = by_channel(saved, self.num_features)
        if torch.compiler.is_compiling() or not _eager.track(running, saved, n, self.momentum):
            self._move(saved, n / (n - 1))

    def _move(self, saved: Tensor, unbiased: Any) -> None:
        """Do the same by torch.  The variances of `saved` are multiplied by `unbiased`."""
        *running, batches = [self._own(name) for name in RUNNING]
        batches.add_(1)
        m = 1 / batches.to(running[0].dtype) if self.momentum is None else self.momentum
        move(running, saved, unbiased, m)

    def _evaluate(self, input: Tensor, sizes: Sizes) -> Tensor:
        running = [self._own(name) for name in RUNNING[:3]]
        if self.bounds is not None:
            running[2] = running[2].clamp(*interval(self.bounds))
        if self._record is not None:
            self._record(named(pack_running(*running), (sizes[1],)))
        weight, bias = self._own("weight"), self._own("bias")
        return evaluate(input, weight, bias, running, sizes, self.mode, self.eps)

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *args: Any) -> None:
        # The modules of the authors keep one more buffer, which nothing reads, and no count.
        if state_dict.pop(prefix + "running_norm", None) is not None:
            if self.track_running_stats:
                state_dict.setdefault(prefix + "num_batches_tracked", self.num_batches_tracked)
            if self.mode != "compat":
                warnings.warn(
                    f"{prefix}running_norm: weights trained with the authors' code, whose outputs "
                    f"are those of mode='compat'; this module has mode={self.mode!r}",
                    stacklevel=2,
                )
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _arguments(self) -> str:
        return (
            f"{self.num_features}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )

    def _options(self) -> str:
        bounds = "" if self.bounds is None else f", bounds={self.bounds}"
        return super()._options() + bounds
