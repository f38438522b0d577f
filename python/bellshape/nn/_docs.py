# SPDX-License-Identifier: BSD-3-Clause
"""The docstrings of the modules, which have most of their text in common.

A class says what is its own: its summary, which values share statistics, and its examples.  The
types and defaults of its parameters stand in its signature.
"""

import inspect
import json
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

T = TypeVar("T", bound=type)
F = TypeVar("F", bound=Callable[..., Any])

# Docstrings are shown with an indent of 4.
COLUMNS = 96

VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

# What the signature does not say of a parameter: its type in words, and what it is.
PARAMETERS = {
    "num_features": ("int", "The number C of channels."),
    "num_groups": (
        "int",
        "The number of groups, which divides num_channels.  (In the code of the authors it comes "
        "second.)",
    ),
    "num_channels": ("int", "The number C of channels."),
    "normalized_shape": (
        "int or sequence of int",
        "The last dimensions of the input; an int is the last one.",
    ),
    "eps": (
        "float",
        "It is added to the variance, and its square root to the denominator of the Newton step.",
    ),
    "momentum": (
        "float or None",
        "The weight of a new batch in the running statistics; None takes the mean of all batches.",
    ),
    "affine": ("bool", "Whether there are a weight and a bias for each channel."),
    "elementwise_affine": (
        "bool",
        "Whether there are a weight and a bias for each element that is normalized.",
    ),
    "track_running_stats": ("bool", "Whether there are running statistics for evaluation."),
    "process_group": (
        "ProcessGroup or None",
        "The processes that share a batch; None is the default group of torch.distributed.",
    ),
    "device": (
        "torch.device or None",
        "Where parameters and buffers lie; None is the default device of torch.",
    ),
    "dtype": (
        "torch.dtype or None",
        "The type of parameters and buffers; None is the default type of torch.",
    ),
    "bias": ("bool", "Whether there is a bias beside the weight."),
    "noise": (
        "float",
        "The size of the Gaussian noise that is added in training, in mean absolute deviations of "
        "the transformed values; 0 adds none.",
    ),
    "alpha": (
        "float",
        "The factor of the Newton step to lambda: 1 as in the paper, 0 for no transform.",
    ),
    "mode": (
        '{"exact", "compat", "normalize_only"}',
        '"compat" computes what the code of the authors does, for weights that were trained with '
        'it.  "normalize_only" makes no transform: it is the ordinary norm layer.',
    ),
    "noise_kind": (
        '{"scaled", "unscaled", "dropout"}',
        'What the noise is: "scaled" is that of the paper.  "unscaled" has the standard deviation '
        '`noise` in every group, and "dropout" multiplies each value by 1 + `noise` z, with z a '
        "normal sample (Gaussian dropout).  The paper compares with these two.",
    ),
    "apply_act": ("bool", "Whether there is an activation."),
    "act_layer": (
        "callable or None",
        "Makes the activation, as the class of a module does; None makes none.",
    ),
    "act_kwargs": ("dict or None", "What `act_layer` is called with; None is nothing."),
    "inplace": ("bool", "Whether an activation that can work in place does."),
    "drop_layer": ("callable or None", "Makes the dropout before the activation; None makes none."),
    "bounds": (
        "(float, float) or None",
        "The range to which evaluation clamps running_lmbda, so that values far out do not grow "
        "beyond all measure; None sets no bounds.",
    ),
}
# The same of functions.
ARGUMENTS = {
    "input": ("Tensor", "The input, of the shape above."),
    "running_mean": (
        "Tensor of shape (C,) or None",
        "The running mean; it, running_var and running_lmbda are given together or not at all.",
    ),
    "running_var": ("Tensor of shape (C,) or None", "The running variance."),
    "running_lmbda": ("Tensor of shape (C,) or None", "The running lambda."),
    "weight": (
        "Tensor or None",
        "The weight of each channel, or of each element of normalized_shape; None is 1.",
    ),
    "bias": ("Tensor or None", "The bias, in the same shape; None is 0."),
    "training": ("bool", "Whether the statistics are those of the batch."),
    "use_input_stats": ("bool", "Whether the statistics are those of the input."),
    "momentum": ("float", "The weight of a new batch in the running statistics."),
    "num_groups": ("int", "The number of groups, which divides C."),
    "noise": (
        "float",
        "The size of the Gaussian noise, in mean absolute deviations of the transformed values; 0 "
        "adds none.",
    ),
    "return_statistics": (
        "bool",
        "Whether to return the mean, the standard deviation and lambda of the groups, too.",
    ),
}
RETURNS = {
    "Tensor, or (Tensor, NormStatistics) if `return_statistics` is True": (
        "The output, of the shape and the type of the input; and the statistics, which have no "
        "gradient: float64, one element for each group, NaN where it has no values."
    )
}
CHANNEL_WEIGHTS = {
    "weight, bias": (
        "Parameter of shape (C,) or None",
        "The weight and the bias of each channel.",
    ),
}
ELEMENT_WEIGHTS = {
    "weight, bias": (
        "Parameter of shape normalized_shape or None",
        "The weight and the bias of each element.",
    ),
}
RUNNING_STATISTICS = {
    "running_mean, running_var, running_lmbda": (
        "Tensor of shape (C,) or None",
        "The running statistics.",
    ),
    "num_batches_tracked": ("Tensor or None", "The number of batches in them."),
}
ERRORS = {
    "ValueError": "If an argument is out of range; in a call, if the input has other dimensions or "
    "channels, or one value a group where the module of torch refuses that.",
    "TypeError": "In a call, if the types of the input and the weights do not go together.",
}
CALL_ERRORS = {
    "ValueError": "If an argument is out of range or of the wrong shape, or a group has one value "
    "where the function of torch refuses that.",
    "TypeError": "If the types of the input and the weights do not go together.",
}
NOTES = (
    "The input is float32 or float64 of the type of the weights.  float16 and bfloat16, with "
    "weights of that type or of float32, are computed in float32.  {layout}  Values that are "
    "infinite or NaN make their group NaN and are no error."
)
SAME_LAYOUT = "The result has the shape, the type and the strides of the input."
CHANNELS_LAST = "The result has the shape and the type of the input, channels last in memory."
CONTIGUOUS = "The result has the shape and the type of the input and is contiguous."
REFERENCES = (
    'B. Eftekhari and V. Papyan, "On the Importance of Gaussianizing Representations", ICML 2025, '
    "arXiv 2505.00685."
)


def documented(shared: str, like: str | None = None) -> Callable[[T], T]:
    """Complete the docstring of a class, which has a summary and examples.

    `shared` says which values share statistics; `like` names the module in whose place it comes, by
    default the one of torch.nn.
    """

    def complete(kind: T) -> T:
        if any(p.kind in VARIABLE for p in inspect.signature(kind).parameters.values()):
            shown: Any = kind
            shown.__signature__ = inspect.Signature(list(signature(kind).values()))
        # python -OO leaves no docstrings.
        if kind.__doc__:
            kind.__doc__ = docstring(kind, shared, like)
        return kind

    return complete


def documented_function(function: F) -> F:
    """Complete the docstring of a function, which has a summary and examples."""
    if function.__doc__:
        text, examples = inspect.cleandoc(function.__doc__).rsplit("\n\n", 1)
        known = PARAMETERS | ARGUMENTS
        found = inspect.signature(function).parameters.values()
        parts = (
            text,
            section("Parameters", (parameter(p, known) for p in found)),
            section("Returns", (entry(type_, about) for type_, about in RETURNS.items())),
            section("Raises", (entry(error, about) for error, about in CALL_ERRORS.items())),
            examples,
        )
        function.__doc__ = "\n\n".join(parts)
    return function


def docstring(kind: type, shared: str, like: str | None) -> str:
    summary, examples = inspect.cleandoc(str(kind.__doc__)).split("\n\n", 1)
    parameters = signature(kind)
    by_element = "normalized_shape" in parameters
    over_channels = "elementwise_affine" in parameters and not by_element
    attributes = ELEMENT_WEIGHTS if by_element else CHANNEL_WEIGHTS
    if "track_running_stats" in parameters:
        attributes = attributes | RUNNING_STATISTICS
    theirs = like or "torch.nn." + kind.__name__.replace("NormalNorm", "Norm")
    also = f"It is {theirs} that also makes its output more Gaussian and adds noise.  {shared}"
    layout = CONTIGUOUS if by_element else CHANNELS_LAST if over_channels else SAME_LAYOUT
    notes = NOTES.format(layout=layout)
    parts = (
        summary,
        filled(also),
        section("Parameters", map(parameter, parameters.values())),
        section("Attributes", (entry(f"{k} : {type_}", v) for k, (type_, v) in attributes.items())),
        section("Raises", (entry(error, text) for error, text in ERRORS.items())),
        section("Notes", [filled(notes)]),
        section("References", [filled(REFERENCES)]),
        examples,
    )
    return "\n\n".join(parts)


def signature(kind: type) -> dict[str, inspect.Parameter]:
    """Return the parameters of a class by name; *args and **options stand for those of the next."""
    found: dict[str, inspect.Parameter] = {}
    for base in kind.__mro__:
        if "__init__" not in vars(base):
            continue
        own = list(inspect.signature(base).parameters.values())
        found = {p.name: p for p in own if p.kind not in VARIABLE} | found
        if not any(p.kind in VARIABLE for p in own):
            break
    return found


def section(title: str, lines: Iterable[str]) -> str:
    return "\n".join((title, "-" * len(title), *lines))


def parameter(of: inspect.Parameter, known: Mapping[str, tuple[str, str]] = PARAMETERS) -> str:
    kind, text = known[of.name]
    return entry(f"{of.name} : {kind}{default(of.default)}", text)


def default(value: Any) -> str:
    """Say a default in words; what None means, the texts say."""
    if value is None or value is inspect.Parameter.empty:
        return ""
    if isinstance(value, type):
        return f", default {value.__name__}"
    return f", default {json.dumps(value) if isinstance(value, str) else value}"


def entry(head: str, text: str) -> str:
    return f"{head}\n{filled(text, indent=4)}"


def filled(text: str, indent: int = 0) -> str:
    blanks = " " * indent
    return textwrap.fill(
        text, COLUMNS, initial_indent=blanks, subsequent_indent=blanks, break_on_hyphens=False
    )
