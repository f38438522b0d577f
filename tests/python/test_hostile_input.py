# SPDX-License-Identifier: BSD-3-Clause
"""Objects that do not keep to the protocol they offer, and arrays that lie oddly in memory."""

import ctypes

import numpy as np
import pytest

import bellshape
from conftest import same_bits

pyarrow = pytest.importorskip("pyarrow")

FUNCTIONS = {
    "moments": bellshape.moments,
    "fit": bellshape.yeojohnson_fit,
    "update": lambda x: bellshape.Sketch().update(x),
    "transform": lambda x: bellshape.yeojohnson(x, 0.5),
    "Fit.transform": lambda x: bellshape.yeojohnson_fit([1.0, 2.0, 5.0]).transform(x),
}


class Schema(ctypes.Structure):
    pass


class Array(ctypes.Structure):
    pass


Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(Schema))),
    ("dictionary", ctypes.POINTER(Schema)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(Array))),
    ("dictionary", ctypes.POINTER(Array)),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


def releasing(kind):
    """What a consumer calls at the end: a structure without `release` has been released."""

    @ctypes.CFUNCTYPE(None, ctypes.c_void_p)
    def release(address):
        kind.from_address(address).release = None

    return release


RELEASE = {kind: releasing(kind) for kind in (Schema, Array)}
capsule = ctypes.pythonapi.PyCapsule_New
capsule.restype = ctypes.py_object
capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class Arrow:
    """An array of doubles with some fields replaced."""

    def __init__(self, format=b"g", **fields):
        schema, array = (ctypes.cast(RELEASE[kind], ctypes.c_void_p) for kind in (Schema, Array))
        self.values = (ctypes.c_double * 3)(1.0, 2.0, 5.0)
        self.buffers = (ctypes.c_void_p * 2)(None, ctypes.addressof(self.values))
        self.schema = Schema(format=format, name=b"", release=schema)
        self.array = Array(length=3, n_buffers=2, buffers=self.buffers, release=array)
        for name, value in fields.items():
            own = self.array if hasattr(self.array, name) else self.schema
            setattr(own, name, value)
            if name == "n_children":
                self.schema.n_children = value

    def __arrow_c_array__(self, requested_schema=None):
        return (
            capsule(ctypes.addressof(self.schema), b"arrow_schema", None),
            capsule(ctypes.addressof(self.array), b"arrow_array", None),
        )


def method(name, result):
    def call(self, *args, **keywords):
        if isinstance(result, Exception):
            raise result
        return result

    return type("Hostile", (), {name: call})()


def dlpack(device, result=None):
    hostile = method("__dlpack__", result)
    type(hostile).__dlpack_device__ = lambda self: device
    return hostile


def itself():
    """A struct whose child is itself."""
    arrow = Arrow(format=b"+s", n_children=1)
    arrow.children_of_schema = (ctypes.POINTER(Schema) * 1)(ctypes.pointer(arrow.schema))
    arrow.children_of_array = (ctypes.POINTER(Array) * 1)(ctypes.pointer(arrow.array))
    arrow.schema.children, arrow.array.children = arrow.children_of_schema, arrow.children_of_array
    return arrow


HOSTILE = {
    "no buffer": lambda: Arrow(n_buffers=0),
    "one buffer": lambda: Arrow(n_buffers=1),
    "buffers NULL": lambda: Arrow(buffers=None),
    "values NULL": lambda: Arrow(buffers=(ctypes.c_void_p * 2)(None, None)),
    "children NULL": lambda: Arrow(format=b"+s", n_children=2),
    "child NULL": lambda: Arrow(format=b"+s", n_children=1, children=(ctypes.POINTER(Array) * 1)()),
    "negative buffers": lambda: Arrow(n_buffers=-1),
    "negative length": lambda: Arrow(length=-3),
    "negative offset": lambda: Arrow(offset=-1),
    "format NULL": lambda: Arrow(format=None),
    "format empty": lambda: Arrow(format=b""),
    "format not UTF-8": lambda: Arrow(format=b"\xff"),
    "booleans without buffers": lambda: Arrow(format=b"b", n_buffers=0),
    "its own child": itself,
    "capsules ()": lambda: method("__arrow_c_array__", ()),
    "capsules None": lambda: method("__arrow_c_array__", None),
    "one capsule": lambda: method("__arrow_c_array__", (None,)),
    "three capsules": lambda: method("__arrow_c_array__", (1, 2, 3)),
    "a list": lambda: method("__arrow_c_array__", [1, 2]),
    "stream None": lambda: method("__arrow_c_stream__", None),
    "stream int": lambda: method("__arrow_c_stream__", 7),
    "IndexError": lambda: method("__arrow_c_array__", IndexError("list")),
    "ZeroDivisionError": lambda: method("__arrow_c_stream__", ZeroDivisionError("x")),
    "device ()": lambda: dlpack(()),
    "device None": lambda: dlpack(None),
    "device int": lambda: dlpack(1),
    "device str": lambda: dlpack("cpu"),
    "dlpack None": lambda: dlpack((1, 0)),
    "dlpack raises": lambda: dlpack((1, 0), KeyError("k")),
    "no device": lambda: method("__dlpack__", None),
}


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_objects(make, function):
    x = make()
    with pytest.raises(TypeError, match=r"^x"):
        function(x)


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_tables(make):
    """PyArrow, which reads tables for scikit-learn, would follow pointers that are NULL."""
    with pytest.raises(TypeError):
        bellshape.PowerTransformer().fit(make())


def test_texts_begin_with_the_name_of_the_argument():
    fit = bellshape.yeojohnson_fit([1.0, 2.0, 5.0])
    for x in (method("__arrow_c_array__", ()), dlpack(()), "text", [1j]):
        for name, call in (
            ("weights", lambda x: bellshape.yeojohnson_fit([1.0, 2.0], weights=x)),
            ("weights", lambda x: bellshape.Sketch().update([1.0, 2.0], weights=x)),
            ("lmbda", lambda x: bellshape.yeojohnson([1.0, 2.0], x)),
            ("y", lambda x: bellshape.yeojohnson_inverse(x, 0.5)),
            ("z", fit.inverse),
            ("lambdas", fit.profile),
            ("lambdas", bellshape.PowerTransformer.from_lambdas),
        ):
            with pytest.raises(TypeError, match=rf"^{name}: "):
                call(x)


def test_the_honest_array_is_read():
    assert bellshape.moments(Arrow()).max == 5.0
    assert bellshape.moments(Arrow(n_buffers=0, length=0)).count == 0


@pytest.mark.parametrize("dims", [33, 64])
def test_many_dimensions(dims):
    x = np.ones((1,) * dims)
    for a, b in ((x, 0.5), (0.5, x), (x, x)):
        with pytest.raises(ValueError, match=r"^x, lmbda: at most 32 dimensions"):
            bellshape.yeojohnson(a, b)
        with pytest.raises(ValueError, match=r"^y, lmbda: at most 32 dimensions"):
            bellshape.yeojohnson_inverse(a, b)
    assert bellshape.moments(x, axis=None).count == 1


# ---- places in memory ----


def misaligned(values):
    """The same values one byte off, in records of five or nine bytes."""
    values = np.asarray(values)
    records = np.zeros(values.shape, [("id", "u1"), ("v", values.dtype)])
    records["v"] = values
    return records["v"]


@pytest.mark.parametrize("dtype", ["f4", "f8", ">f4", ">f8"])
def test_misaligned_values_keep_their_type(rng, dtype):
    x = rng.lognormal(size=200).astype(dtype)
    odd, native = misaligned(x), x.astype(x.dtype.newbyteorder("="))
    assert not odd.flags.aligned
    fit = bellshape.yeojohnson_fit(native)
    for f in (
        lambda v: bellshape.yeojohnson(v, 0.3),
        lambda v: bellshape.yeojohnson_inverse(v, 0.3),
        fit.transform,
        lambda v: fit.inverse(v, outside="clip"),
        lambda v: bellshape.PowerTransformer().fit_transform(v.reshape(-1, 2)),
    ):
        assert same_bits(f(odd), f(native))
    assert bellshape.moments(odd) == bellshape.moments(native)
    assert bellshape.yeojohnson_fit(odd).lmbda == fit.lmbda
    pt = bellshape.PowerTransformer().fit(native.reshape(-1, 2))
    assert same_bits(pt.transform(odd.reshape(-1, 2)), pt.transform(native.reshape(-1, 2)))


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4"])
def test_layouts_give_the_same_bits(rng, dtype):
    a = (rng.normal(3, 100, size=(37, 41, 5)) ** 3 / 1e4).astype(dtype)
    expected = bellshape.moments(a, axis=None)
    big = np.zeros((74, 41, 10), dtype)
    big[::2, :, ::2] = a
    for same in (
        np.asfortranarray(a),
        np.ascontiguousarray(a.transpose(1, 2, 0)).transpose(2, 0, 1),
        big[::2, :, ::2],
        a[::-1].copy()[::-1],
    ):
        assert (same == a).all()
        assert bellshape.moments(same, axis=None) == expected
        for axis in range(3):
            for one, other in zip(
                bellshape.moments(same, axis), bellshape.moments(a, axis), strict=True
            ):
                assert same_bits(one, other)
        assert same_bits(bellshape.yeojohnson(same, 0.3), bellshape.yeojohnson(a, 0.3))
    flat = np.asfortranarray(a[:, :, 0])
    assert (
        bellshape.PowerTransformer().fit(flat).lambdas_
        == bellshape.PowerTransformer().fit(a[:, :, 0]).lambdas_
    ).all()
