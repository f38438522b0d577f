# SPDX-License-Identifier: BSD-3-Clause
"""Makes the interpreter of Triton compute as a GPU does, where the difference matters for errors.

- Reductions with a function of their own are a tree, as the threads of a GPU make them.  The
  interpreter adds one value after the other, which is slow, and rounds far worse.
- Logarithm and exponential with base 2 have errors as large as NVIDIA's PTX manual allows for
  lg2.approx.f32 and ex2.approx.f32: 2^-22, of the result or, for logarithms of numbers between 1/2
  and 2, absolute.  Where in this range an error lies follows from the bits of the argument, at
  random.
"""

import numpy as np
from triton.runtime import interpreter

UNIT = 2.0**-22


def _random(x):
    """Return numbers from -1 to 1 that depend on the bits of float32 numbers."""
    bits = np.ascontiguousarray(x).view(np.uint32).astype(np.uint64)
    # The constant of Fibonacci hashing: 2^64 over the golden ratio.
    return ((bits * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)) / 2.0**23 - 1


def _handle(values, like):
    return interpreter.TensorHandle(values.astype(np.float32), like.dtype.scalar)


def _log2(_builder, argument):
    x = argument.data.astype(np.float64)
    exact = np.log2(x)
    scale = np.where((x > 0.5) & (x < 2), 1.0, np.abs(exact))
    error = UNIT * scale * _random(argument.data)
    # Powers of 2 have exact logarithms, on GPUs too.
    return _handle(np.where(np.isfinite(exact) & (exact % 1 != 0), exact + error, exact), argument)


def _exp2(_builder, argument):
    exact = np.exp2(argument.data.astype(np.float64))
    error = np.where(argument.data % 1 == 0, 0.0, UNIT * _random(argument.data))
    return _handle(exact * (1 + error), argument)


def _tree(self, input):
    """Reduce along an axis whose length is a power of 2, the upper half to the lower one."""
    values, axis = self.unravel(input, self.axis)
    parts = [np.moveaxis(v.handle.data, axis, 0) for v in values]
    while len(parts[0]) > 1:
        half = len(parts[0]) // 2
        sides = [
            self.to_tensor(p[start : start + half], v.dtype)
            for start in (0, half)
            for p, v in zip(parts, values, strict=True)
        ]
        found = self.combine_fn.fn(*sides)
        parts = [t.handle.data for t in (found if isinstance(found, tuple) else (found,))]
    results = []
    for p, v in zip(parts, values, strict=True):
        data = np.expand_dims(p[0], axis) if self.keep_dims else p[0]
        results.append(self.to_tensor(data if data.ndim else data.item(), v.dtype))
    return results


def install():
    interpreter.ReduceOps.generic_reduce = _tree
    interpreter.InterpreterBuilder.create_log2 = _log2
    interpreter.InterpreterBuilder.create_exp2 = _exp2
