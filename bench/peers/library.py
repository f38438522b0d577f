"""library.py - bellshape's shared library through ctypes.  SPDX-License-Identifier: BSD-3-Clause

The structs mirror include/bellshape/*.h; check() proves the mirror against the library itself.
"""
import ctypes as c
import math

import numpy as np

double, u64, size = c.c_double, c.c_uint64, c.c_size_t


def struct(name, bytes_, fields):
    made = type(name, (c.Structure,), {"_fields_": fields})
    assert c.sizeof(made) == bytes_, f"{name}: {c.sizeof(made)} bytes, not {bytes_}"
    return made


Moments = struct("Moments", 80,
                 [(f, u64) for f in ("count", "missing", "infinite")]
                 + [(f, double) for f in ("mean", "m2", "m3", "m4", "min", "max", "unit")])
Side = struct("Side", 40, [(f, double) for f in ("centre", "anchor", "power", "scale", "offset")])
YeoJohnson = struct("YeoJohnson", 96, [("side", Side * 2), ("min", double), ("max", double)])
Options = struct("Options", 32, [("lower", double), ("upper", double), ("fixed", double),
                                 ("standardize", c.c_bool)])
Fit = struct("Fit", 240,
             [("transform", YeoJohnson), ("lam", double), ("ci95", double * 2)]
             + [(f, double) for f in ("log_likelihood", "lr_vs_identity", "mean", "sd",
                                      "skewness_before", "skewness_after",
                                      "kurtosis_before", "kurtosis_after")]
             + [(f, u64) for f in ("count", "missing", "infinite")]
             + [(f, double) for f in ("weight", "min", "max")]
             + [("evaluations", c.c_uint), ("flags", c.c_uint)])
Table = struct("Table", 48, [("data", c.c_void_p), ("type", c.c_int), ("rows", size),
                             ("columns", size), ("row_stride", c.c_ssize_t),
                             ("column_stride", c.c_ssize_t)])
F64, OUTSIDE_CLIP = 1, 1  # enum bell_type, enum bell_outside
FLAGS = ("empty", "one value", "constant", "infinite", "bound", "not identified",
         "ill-conditioned", "coarse")

SIGNATURES = {
    "bell_version": (c.c_char_p, []),
    "bell_sleef_version": (c.c_char_p, []),
    "bell_backend": (c.c_char_p, []),
    "bell_status_text": (c.c_char_p, [c.c_int]),
    "bell_moments_f64": (c.c_int, [c.c_void_p, size, c.c_uint, c.POINTER(Moments)]),
    "bell_moments_skewness": (double, [c.POINTER(Moments), c.c_bool]),
    "bell_moments_kurtosis": (double, [c.POINTER(Moments), c.c_bool]),
    "bell_fit_options_default": (None, [c.POINTER(Options)]),
    "bell_yeo_johnson_fit_f64": (c.c_int, [c.c_void_p, c.c_void_p, size, c.POINTER(Options),
                                           c.c_uint, c.POINTER(Fit)]),
    "bell_yeo_johnson_transform_f64": (c.c_int, [c.POINTER(YeoJohnson), c.c_void_p, size,
                                                 c.c_uint, c.c_void_p]),
    "bell_yeo_johnson_inverse_f64": (c.c_int, [c.POINTER(YeoJohnson), c.c_void_p, size, c.c_int,
                                               c.c_uint, c.c_void_p, c.POINTER(u64)]),
    **{f"bell_normal_fill_{kind}": (c.c_int, [u64, u64, u64, double, double, size, c.c_uint,
                                              c.c_void_p]) for kind in ("f32", "f64")},
    "bell_table_fit": (c.c_int, [c.POINTER(Table), c.c_void_p, c.POINTER(Options), c.c_uint,
                                 c.POINTER(c.c_void_p)]),
    "bell_model_fit": (c.POINTER(Fit), [c.c_void_p, size]),
    "bell_model_free": (None, [c.c_void_p]),
}


class Library:
    """Calls on contiguous float64 arrays, one thread; outputs are new arrays, as the peers' are."""

    def __init__(self, path):
        self.c = c.CDLL(path)
        for name, (result, arguments) in SIGNATURES.items():
            function = getattr(self.c, name)
            function.restype, function.argtypes = result, arguments
        if self.c.bell_backend() is None:
            raise RuntimeError("BELLSHAPE_BACKEND names a backend that cannot run here")
        self.version, self.sleef, self.backend = (
            f().decode() for f in (self.c.bell_version, self.c.bell_sleef_version,
                                   self.c.bell_backend))
        self.check()

    def must(self, status):
        if status:
            raise RuntimeError(self.c.bell_status_text(status).decode())

    def fit(self, x):
        fit = Fit()
        self.must(self.c.bell_yeo_johnson_fit_f64(x.ctypes.data, None, x.size, None, 1,
                                                  c.byref(fit)))
        return fit

    def transform(self, fit, x):
        z = np.empty_like(x)
        self.must(self.c.bell_yeo_johnson_transform_f64(c.byref(fit.transform), x.ctypes.data,
                                                        x.size, 1, z.ctypes.data))
        return z

    def inverse(self, fit, z):
        x = np.empty_like(z)
        self.must(self.c.bell_yeo_johnson_inverse_f64(c.byref(fit.transform), z.ctypes.data,
                                                      z.size, OUTSIDE_CLIP, 1, x.ctypes.data,
                                                      None))
        return x

    def skewness_kurtosis(self, x):
        m = Moments()
        self.must(self.c.bell_moments_f64(x.ctypes.data, x.size, 1, c.byref(m)))
        return (self.c.bell_moments_skewness(c.byref(m), True),
                self.c.bell_moments_kurtosis(c.byref(m), True))

    def normal(self, y, seed=1):
        """Fills y, of either type, with samples."""
        fill = self.c.bell_normal_fill_f32 if y.dtype == np.float32 else self.c.bell_normal_fill_f64
        self.must(fill(seed, 0, 0, 0, 1, y.size, 1, y.ctypes.data))
        return y

    def fit_table(self, x):
        """The lambda of each column of a row-major matrix."""
        rows, columns = x.shape
        table, model = Table(x.ctypes.data, F64, rows, columns, columns, 1), c.c_void_p()
        self.must(self.c.bell_table_fit(c.byref(table), None, None, 1, c.byref(model)))
        lam = np.array([self.c.bell_model_fit(model, j).contents.lam for j in range(columns)])
        self.c.bell_model_free(model)
        return lam

    def check(self):
        """Every struct: its last byte is where the library thinks, and its fields hold what they
        should."""
        x = np.array([-1.5, 0.25, 3.0, 0.5, np.nan, 1.25])
        good = x[~np.isnan(x)]
        for kind, call, mark in (
                (Moments, lambda p: self.c.bell_moments_f64(x.ctypes.data, x.size, 1, p), 0xA5),
                (Fit, lambda p: self.c.bell_yeo_johnson_fit_f64(
                    x.ctypes.data, None, x.size, None, 1, p), 0xA5)):
            room = (c.c_ubyte * (c.sizeof(kind) + 64))(*[mark] * (c.sizeof(kind) + 64))
            self.must(call(c.cast(room, c.POINTER(kind))))
            got = kind.from_buffer(room)
            assert all(b == mark for b in room[c.sizeof(kind):]), f"{kind.__name__}: written beyond"
            assert (got.count, got.missing, got.infinite) == (5, 1, 0), kind.__name__
            assert (got.min, got.max) == (-1.5, 3.0), kind.__name__
            if kind is Moments:
                assert math.isclose(got.m2, ((good - good.mean()) ** 2).sum())
            else:
                assert got.weight == 5 and 1 <= got.evaluations <= 400 and got.flags < 256
                assert got.transform.min == -1.5 and got.ci95[0] < got.lam < got.ci95[1]
                assert got.transform.side[0].power == got.lam
        room = (c.c_ubyte * (c.sizeof(Options) + 64))(*[0xA5] * (c.sizeof(Options) + 64))
        self.c.bell_fit_options_default(c.cast(room, c.POINTER(Options)))
        got = Options.from_buffer(room)
        assert (got.lower, got.upper, got.standardize) == (-math.inf, math.inf, True)
        assert math.isnan(got.fixed) and all(b == 0xA5 for b in room[c.sizeof(Options):])
        assert np.allclose(self.inverse(self.fit(good), self.transform(self.fit(good), good)), good)


def flags(fit):
    return [name for i, name in enumerate(FLAGS) if fit.flags >> i & 1]
