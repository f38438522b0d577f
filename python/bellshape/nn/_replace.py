# SPDX-License-Identifier: BSD-3-Clause
"""The way through a network that replaces layers, and says which it has replaced."""

import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from torch import nn

# Whether a layer is to be replaced, by its name in the network and itself.
Where = Callable[[str, nn.Module], bool] | None


class Rules(NamedTuple):
    """What a conversion replaces.

    `make` returns the layer that takes the place of one, or None if there is none for this class.
    `expected` tells whether a user may have thought that this layer is replaced.  `name` and `kind`
    are words of warnings: that of the function, and what it replaces.
    """

    name: str
    kind: str
    make: Callable[[Any], nn.Module | None]
    expected: Callable[[nn.Module], bool]


def replaced(module: nn.Module, rules: Rules, where: Where, return_count: bool) -> Any:
    """Replace layers, warn of what stays, and return what the caller of a conversion wants."""
    stay: Counter[str] = Counter()
    done: dict[nn.Module, nn.Module] = {}
    result = _replace(module, "", rules, where, done, stay)
    count = sum(old is not new for old, new in done.items())
    if stay or not count:
        kinds = ", ".join(f"{n} {kind}" for kind, n in stay.items())
        found = f"{count} of {count + stay.total()} {rules.kind}s were replaced; {kinds} stay"
        nothing = f"found no {rules.kind} to replace"
        warnings.warn(f"{rules.name}: {found if stay else nothing}", stacklevel=3)
    return (result, count) if return_count else result


def _replace(
    module: nn.Module,
    name: str,
    rules: Rules,
    where: Where,
    done: dict[nn.Module, nn.Module],
    stay: Counter[str],
) -> nn.Module:
    """Return what takes the place of a module.

    `done` has what has been replaced, since a module may be in several places: its first name
    counts.
    """
    if module in done:
        return done[module]
    done[module] = module
    if rules.expected(module) and (where is None or where(name, module)):
        new = rules.make(module)
        if new is not None:
            done[module] = new.train(module.training)
            return done[module]
        stay[type(module).__name__] += 1
    # named_children() would leave out the second place of a module that has two.
    for key, child in module._modules.items():
        if child is not None:
            path = f"{name}.{key}" if name else key
            module._modules[key] = _replace(child, path, rules, where, done, stay)
    return module
