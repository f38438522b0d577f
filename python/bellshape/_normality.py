# SPDX-License-Identifier: BSD-3-Clause
"""How normal an array is: tests of normality, and effect sizes that do not grow with n."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import _core
from ._functions import in_one_piece
from ._parameters import WEIGHT_TYPE, threads, weight_type_number


class NormalityTest(NamedTuple):
    """The result of one test of normality.

    Both numbers are NaN where the test is not defined: for fewer values than it needs, and for a
    constant.

    Parameters
    ----------
    statistic : float or ndarray of float64
        The statistic of the test.
    p_value : float or ndarray of float64
        The probability of a statistic at least as far from normality in a sample of a normal
        distribution.

    Examples
    --------
    >>> found = normality([2.1, 3.4, 1.9, 2.8, 2.2]).shapiro_wilk
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (0.9014, 0.4178)
    """

    statistic: Any
    p_value: Any


class Normality(NamedTuple):
    """How normal the values of an array are, or those along one axis.

    They are numbers for a 1-D array or axis=None, and else arrays with the shape of x without the
    axis.  Only finite values enter; without any, and for a constant, all numbers from `skewness` on
    are NaN.  With many values every test rejects what is not exactly normal: then read the effect
    sizes `qq_correlation` and `distance`, which do not depend on n.

    Parameters
    ----------
    count : int or ndarray of int64
        The number of finite values.
    missing : int or ndarray of int64
        The number of NaNs.
    infinite : int or ndarray of int64
        The number of infinities of both signs.
    n : float or ndarray of float64
        The number of values that the tests count: `count`, or what the weights say.
    mean : float or ndarray of float64
        The mean, in the unit of x.
    sd : float or ndarray of float64
        The standard deviation with divisor n - 1, in the unit of x.
    skewness : float or ndarray of float64
        The skewness, biased: 0 for a symmetric sample.
    kurtosis : float or ndarray of float64
        The kurtosis after Fisher, biased: 0 for a normal distribution.
    qq_correlation : float or ndarray of float64
        The correlation of the sorted values with the normal scores of Blom, the quantiles at
        (i - 3/8)/(n + 1/4): 1 if the points of the Q-Q plot lie on a line.
    distance : float or ndarray of float64
        The largest difference of the distribution function of the values and that of the normal
        distribution with their mean and sd: 0 to 1.
    anderson_darling : NormalityTest
        A squared, for n >= 8, with the p-value of D'Agostino and Stephens, which is 3.7e-24 at
        least: `ad.test` of nortest.
    shapiro_wilk : NormalityTest
        W, for 3 <= n <= 5000 and weights that are whole numbers, by Royston's AS R94:
        `shapiro.test` of R and `scipy.stats.shapiro`.
    shapiro_francia : NormalityTest
        W', the square of qq_correlation, for 5 <= n <= 5000: `sf.test` of nortest.
    dagostino_pearson : NormalityTest
        K squared, from skewness and kurtosis, for n >= 8: `scipy.stats.normaltest`.
    jarque_bera : NormalityTest
        n/6 (skewness^2 + kurtosis^2/4), for n >= 2; its p-value is too large for n below some 2000:
        `scipy.stats.jarque_bera`.
    lilliefors : NormalityTest
        D, which is `distance`, for n >= 5: `lillie.test` of nortest.
    pearson : NormalityTest
        Chi-squared over classes of equal probability, for n >= 3: `pearson.test` of nortest.
    pearson_per_df : float or ndarray of float64
        The statistic of Pearson over its degrees of freedom, by which bestNormalize chooses.
    pearson_classes : float or ndarray of float64
        The number of classes, the least whole number that is not below 2 n^(2/5).
    pearson_df : float or ndarray of float64
        The degrees of freedom, pearson_classes - 3.

    Examples
    --------
    >>> found = normality([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0])
    >>> round(found.qq_correlation, 3), round(found.distance, 3)
    (0.865, 0.265)
    >>> round(found.anderson_darling.p_value, 4)
    0.0148
    """

    count: Any
    missing: Any
    infinite: Any
    n: Any
    mean: Any
    sd: Any
    skewness: Any
    kurtosis: Any
    qq_correlation: Any
    distance: Any
    anderson_darling: NormalityTest
    shapiro_wilk: NormalityTest
    shapiro_francia: NormalityTest
    dagostino_pearson: NormalityTest
    jarque_bera: NormalityTest
    lilliefors: NormalityTest
    pearson: NormalityTest
    pearson_per_df: Any
    pearson_classes: Any
    pearson_df: Any


# The fields in the order of struct bell_normality: counts, numbers, tests of two numbers, numbers.
COUNTS = 3
FIRST_TEST = Normality._fields.index("anderson_darling")
TESTS = 7
NUMBERS = len(Normality._fields) - COUNTS + TESTS


def normality(
    x: Any,
    axis: int | None = 0,
    *,
    weights: Any = None,
    weight_type: WEIGHT_TYPE = "frequency",
    n_threads: int = 1,
) -> Normality:
    """Compute seven tests of normality, and two effect sizes that do not grow with n.

    NaN means missing: it is counted and left out, as infinities are.

    Parameters
    ----------
    x : array_like
        Numbers of any shape but ().
    axis : int or None, default 0
        The axis that goes away, as in NumPy; a negative one counts from the last.  None takes all
        elements.
    weights : array_like, optional
        One weight for each index along the axis, finite and not negative.  A value of weight 3
        counts as three equal values.
    weight_type : {"frequency", "importance"}, default "frequency"
        What weights mean: for "frequency" n is their sum, and for "importance" the effective number
        sum(w)^2/sum(w^2), whatever their scale.
    n_threads : int, default 1
        The number of threads, 0 to 1024; 0 is BELLSHAPE_NUM_THREADS, or one for each CPU.
        The result does not depend on it.

    Returns
    -------
    Normality
        Numbers for a 1-D x or axis=None; else arrays with the shape of x without the axis.

    Raises
    ------
    ValueError
        If x has no such axis, there is not one weight for each of its indices, a weight is
        negative, NaN or infinite, weights of frequency add up to 2^60 or more, weight_type is
        unknown, or n_threads is out of range.
    TypeError
        If x or weights do not hold real numbers, or axis is no int.

    See Also
    --------
    moments : Counts, moments and extremes alone, in one pass.

    Notes
    -----
    docs/normality.md says what each test is good for, and how exact the numbers are.

    Examples
    --------
    >>> z = standard_normal(1000, seed=1)
    >>> normality(z).shapiro_wilk.p_value > 0.05, normality(z**2).shapiro_wilk.p_value < 1e-6
    (True, True)
    >>> normality([[1.0, 1.0], [2.0, 1.0], [3.0, 9.0]]).qq_correlation.round(4).tolist()
    [1.0, 0.866]
    """
    if axis is None:
        x, axis = in_one_piece(x), 0
    shape, counts, numbers = _core.normality(
        x, axis, weights, weight_type_number(weight_type), threads(n_threads)
    )
    if shape:
        from ._numpy import np

        rows = [*np.frombuffer(counts, np.int64).reshape(COUNTS, *shape)]
        rows += [*np.frombuffer(numbers).reshape(NUMBERS, *shape)]
        return from_rows(rows)
    return from_bytes(counts, numbers)


def from_bytes(counts: bytearray, numbers: bytearray) -> Normality:
    """Make the result for one column of the bytes that the extension gives."""
    return from_rows([*memoryview(counts).cast("q"), *memoryview(numbers).cast("d")])


def from_rows(rows: list[Any]) -> Normality:
    """Make the result of numbers, or of arrays, in the order of struct bell_normality."""
    last_test = FIRST_TEST + 2 * TESTS
    tests = [NormalityTest(*rows[i : i + 2]) for i in range(FIRST_TEST, last_test, 2)]
    return Normality(*rows[:FIRST_TEST], *tests, *rows[last_test:])
