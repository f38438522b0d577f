# The extension, a thin layer over the C library: bellshape/*.py say what the arguments are.
from typing import Any, Self, final

from ._parameters import METHOD

version: str

# The words of Python, and the values that the C headers have for them.
METHODS: dict[str, int]
DIALECTS: dict[str, int]
CRITERIA: dict[str, int]
CANDIDATES: dict[str, int]
OUTSIDE: dict[str, int]
WEIGHT_TYPES: dict[str, int]
# The names of the flags of a fit, in the order of their bits.
FIT_FLAGS: tuple[str, ...]
# The fields of struct bell_layer_statistics, in their order.
LAYER_STATISTICS: tuple[str, ...]
MAX_THREADS: int
MAX_WEIGHT: int
SKETCH_EXACT: int
MAX_HISTOGRAM: int
LAYER_MIN_EPS: float

def backend() -> str: ...
def quoted(name: str, dialect: int, /) -> str: ...
def moments(x: Any, axis: int | None, bias: bool, threads: int, /) -> tuple[Any, ...]: ...
def normality(
    x: Any, axis: int, weights: Any, weight_type: int, threads: int, /
) -> tuple[tuple[int, ...], bytearray, bytearray]: ...

# Edges and counts as the bytes of doubles, n and the step.
def histogram(x: Any, bins: int, /) -> tuple[bytes, bytes, float, float]: ...

# The bytes of rank, normal, value, low and high; n, mean, sd, local level, how many are outside.
def qq(x: Any, /) -> tuple[bytes, int, float, float, float, int]: ...
def plot_sample(x: Any, capacity: int, seed: int, /) -> bytes: ...

# A column is (name, sketches, place in them, model, place in it, values as bytes or None).
def report_html(
    columns: tuple[Any, ...],
    title: bytes,
    skipped: tuple[bytes, ...],
    model: bytes | None,
    full: int,
    /,
) -> str: ...
def report_numbers(column: tuple[Any, ...], /) -> dict[str, Any]: ...
def yeojohnson(x: Any, lmbda: Any, out: Any, threads: int, /) -> int: ...
def yeojohnson_inverse(y: Any, lmbda: Any, out: Any, threads: int, outside: int, /) -> int: ...
def standard_normal(out: Any, seed: int, stream: int, offset: int, threads: int, /) -> None: ...
def arrow_array(schema: Any, array: Any, /) -> tuple[Any, tuple[Any, ...]]: ...
def arrow_stream(stream: Any, /) -> list[tuple[Any, tuple[Any, ...]]]: ...

# Fitted columns; nothing changes them.
@final
class Model:
    @classmethod
    def plain(cls, lambdas: list[float], method: int, /) -> Self: ...
    @classmethod
    def from_json(cls, text: str, /) -> Self: ...
    def to_json(self, names: list[str | None], /) -> str: ...
    def fits(self) -> list[dict[str, Any]]: ...
    def candidates(self) -> list[list[dict[str, Any]]]: ...
    def names(self) -> list[str | None]: ...
    def column(self, index: int, /) -> Self: ...
    def expression(self, column: int, dialect: int, inverse: bool, x: str, /) -> str: ...
    def transform(self, x: Any, out: Any, threads: int, /) -> None: ...
    def inverse(self, y: Any, out: Any, threads: int, outside: int, /) -> list[int]: ...
    def __len__(self) -> int: ...

# One sketch for each column of a table.
@final
class Sketches:
    def __new__(cls, columns: int, method: int) -> Self: ...
    @classmethod
    def from_bytes(cls, columns: list[bytes], method: int, facts: Any = ..., /) -> Self: ...
    def to_bytes(self) -> list[bytes]: ...
    def copy(self) -> Self: ...
    # In which order the values came: numbers for from_bytes().
    def facts(self) -> list[tuple[Any, ...]]: ...
    # The fields of _verdict.Verdict, of each verdict on each column.
    def verdicts(self, model: Model, weight_type: int, /) -> list[list[tuple[Any, ...]]]: ...
    # The model, with the identity for those columns that the list says.
    def leave_alone(self, model: Model, which: list[bool], weight_type: int, /) -> Model: ...
    # Of column 0, or of its transform: counts and numbers, as of the function normality().
    def normality(
        self, model: Model | None, weight_type: int, /
    ) -> tuple[bytearray, bytearray]: ...
    @property
    def method(self) -> METHOD: ...
    def summary(self) -> list[dict[str, Any]]: ...
    # The bytes of doubles: values and weights.
    def nodes(self) -> list[tuple[bytearray, bytearray]]: ...
    # The bytes of doubles: for probabilities those of quantiles and of bounds of their errors.
    def quantiles(self, probabilities: bytes, /) -> list[tuple[bytearray, bytearray]]: ...
    def update(
        self, x: Any, weights: Any, threads: int, whole: bool = ..., name: str = ..., /
    ) -> None: ...
    def merge(self, other: Sketches, /) -> None: ...
    def settle(self) -> None: ...
    def like(self) -> Self: ...
    # Sketches that are those of a state have names, count rows, and take whole columns only.
    @classmethod
    def for_table(cls, names: list[bytes | None], method: int, /) -> Self: ...
    @classmethod
    def from_state(cls, data: Any, method: int, /) -> Self: ...
    def to_state(self) -> bytes: ...
    def rows(self) -> int: ...
    def names(self) -> list[bytes | None]: ...
    def settle_state(self) -> None: ...
    # Empty ones with the same grids; anew: with grids that suit what these have seen.
    def like_state(self, anew: bool, /) -> Self: ...
    def update_columns(
        self, columns: list[Any], rows: int, weights: Any, threads: int, /
    ) -> None: ...
    def fit(
        self,
        lower: float,
        upper: float,
        standardize: bool,
        threads: int,
        x: Any,
        weights: Any,
        weight_type: int = ...,
        criterion: int = ...,
        margin: float = ...,
        candidates: int = ...,
        robust: bool = ...,
        round_level: float = ...,
        lambdas: bytes | None = ...,
        /,
    ) -> Model: ...
    def profile(
        self,
        lambdas: Any,
        out: Any,
        method: int,
        weight_type: int = ...,
        unit: float = ...,
        robust: bool = ...,
        /,
    ) -> None: ...
    # Log-likelihood, ends of the interval, standard error, rounded lambda.
    def infer(
        self,
        column: int,
        level: float,
        lower: float,
        upper: float,
        method: int,
        weight_type: int,
        unit: float,
        robust: bool,
        /,
    ) -> tuple[float, float, float, float, float]: ...

# The addresses of torch_parallel_for and torch_get_num_threads, or 0 and 0 for our own threads.
def threads_use(parallel_for: int, get_num_threads: int, /) -> None: ...

# Tensors come as addresses, 0 for none; bellshape/nn/_operators.py knows their shapes.
def layer_forward(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    u: int,
    weight: int,
    bias: int,
    out: int,
    statistics: int,
    /,
) -> None: ...
def layer_evaluate(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    u: int,
    weight: int,
    bias: int,
    statistics: int,
    out: int,
    /,
) -> None: ...
def layer_backward(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    evaluated: bool,
    wide_weights: bool,
    u: int,
    weight: int,
    statistics: int,
    grad: int,
    du: int,
    dweight: int,
    dbias: int,
    /,
) -> None: ...
def layer_track(
    wide: bool,
    statistics: int,
    groups: int,
    count: float,
    momentum: float,
    mean: int,
    variance: int,
    lmbda: int,
    batches: int,
    /,
) -> None: ...
def layer_frozen(
    wide: bool, mean: int, variance: int, lmbda: int, groups: int, statistics: int, /
) -> None: ...
def layer_parts_measure(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    step: int,
    u: int,
    statistics: int,
    sums: int,
    /,
) -> None: ...
def layer_parts_merge(into: int, sums: int, groups: int, step: int, /) -> None: ...
def layer_parts_finalize(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    step: int,
    statistics: int,
    sums: int,
    /,
) -> None: ...
def layer_parts_apply(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    first: int,
    u: int,
    weight: int,
    bias: int,
    statistics: int,
    out: int,
    /,
) -> None: ...
def layer_parts_measure_backward(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    first: int,
    u: int,
    weight: int,
    statistics: int,
    grad: int,
    sums: int,
    dweight: int,
    dbias: int,
    /,
) -> None: ...
def layer_parts_apply_backward(
    type: int,
    shape: tuple[Any, ...],
    options: tuple[Any, ...],
    first: int,
    u: int,
    weight: int,
    statistics: int,
    grad: int,
    sums: int,
    du: int,
    /,
) -> None: ...
