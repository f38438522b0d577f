# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer of Ray Data, by pytest: fits, chains, files, a worker that dies, speed."""

import os
import pickle
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import ray
from ray.data.preprocessors import Chain, StandardScaler

import bellshape
from bellshape import TableSketch, fit_batches, transform_batches
from bellshape.ray import PowerTransformer

N = 20000
NUMBERS = ["wave", "heat", "days"]


@pytest.fixture(scope="session", autouse=True)
def cluster():
    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=1 << 29)
    ray.data.DataContext.get_current().enable_progress_bars = False
    yield
    ray.shutdown()


@pytest.fixture(scope="session")
def table():
    rng = np.random.default_rng(4)
    return pa.table(
        {
            "town": rng.choice(["Bern", "Biel"], N),
            "wave": pa.array(rng.lognormal(size=N), mask=rng.random(N) < 0.1),
            "heat": rng.gamma(2, size=N).astype(np.float32),
            "days": np.arange(N),
            "n": rng.integers(0, 4, N),
        }
    )


@pytest.fixture(scope="session")
def data(table):
    return ray.data.from_arrow([table.slice(i, 3000) for i in range(0, N, 3000)])


@pytest.fixture(scope="session")
def exact(table):
    return fit_batches(table, NUMBERS)


@pytest.fixture(scope="session")
def grids(table):
    sketch = TableSketch(NUMBERS)
    sketch.update(table.take(np.arange(0, N, 7)))
    return sketch


def in_order(data):
    found = pa.concat_tables(list(data.iter_batches(batch_format="pyarrow")))
    return found.sort_by("days")


def test_fits_are_those_of_fit_batches(data, table, exact, grids):
    model = PowerTransformer(NUMBERS).fit(data)
    assert np.allclose(model.transformer_.lambdas_, exact.lambdas_, rtol=1e-9)
    assert model.sketch_.rows == N
    # The same blocks give the same bits.
    again = PowerTransformer(NUMBERS).fit(data)
    assert again.sketch_.to_bytes() == model.sketch_.to_bytes()
    known = fit_batches(table, NUMBERS, like=grids).to_json()
    for parts in (1, 5, 40):
        found = PowerTransformer(NUMBERS, like=grids).fit(data.repartition(parts))
        assert found.transformer_.to_json() == known


def test_transforms_are_those_of_transform_batches(data, table, exact):
    model = PowerTransformer(NUMBERS, output_columns=["wave", "heat", "z"]).fit(data)
    out = in_order(model.transform(data))
    assert out.column_names == [*table.column_names, "z"]
    known = transform_batches(model.transformer_, table).read_all()
    for name, new in (("wave", "wave"), ("heat", "heat"), ("days", "z")):
        assert out[new].combine_chunks().equals(known[name].combine_chunks()), name
    frame = table.slice(0, 9).to_pandas()
    batch = model.transform_batch(frame)
    assert np.array_equal(batch["z"], known["days"].to_numpy()[:9])
    assert batch["heat"].dtype == np.float32


def test_chains_and_persistence(data, table):
    chain = Chain(PowerTransformer(NUMBERS, standardize=False), StandardScaler(["heat"]))
    out = in_order(chain.fit(data).transform(data))["heat"].to_numpy()
    assert abs(out.std() - 1) < 1e-6
    model = PowerTransformer(NUMBERS, "yeo-johnson-unit").fit(data)
    block = table.slice(0, 100)
    for copy in (
        pickle.loads(pickle.dumps(model)),
        PowerTransformer.deserialize(model.serialize()),
    ):
        assert copy.transform_batch(block).equals(model.transform_batch(block))
        assert copy.sketch_.to_bytes() == model.sketch_.to_bytes()


def test_weights(data, table):
    model = PowerTransformer(["heat"], weights="n").fit(data)
    known = fit_batches(table, ["heat"], weights="n")
    assert np.allclose(model.transformer_.lambdas_, known.lambdas_, rtol=1e-9)


def test_blocks_without_rows_or_values(data, table, exact):
    empty, missing = table.slice(0, 0), table.slice(0, 900)
    nulls = pa.nulls(900, pa.float64())
    missing = missing.set_column(missing.column_names.index("wave"), "wave", nulls)
    parts = [empty, missing, table, empty]
    model = PowerTransformer(["wave"]).fit(ray.data.from_arrow(parts))
    assert np.allclose(model.transformer_.lambdas_, exact.lambdas_[:1], rtol=1e-9)
    assert model.sketch_.rows == N + 900
    none = data.filter(lambda row: row["days"] < 0)
    assert PowerTransformer(["wave"]).fit(none).sketch_.rows == 0


def test_what_is_refused(data, table, grids):
    for columns, error, text in (
        (["heat", "town"], TypeError, "column 'town': real numbers, not string"),
        (["cold"], ValueError, "column 'cold': the dataset has none; it has 'town'"),
    ):
        with pytest.raises(error, match=text):
            PowerTransformer(columns).fit(data)
    for call, error, text in (
        (lambda: PowerTransformer([]), ValueError, "output_columns: "),
        (lambda: PowerTransformer(["a", "a"]), ValueError, "columns: 'a' is there 2 times"),
        (lambda: PowerTransformer("heat"), TypeError, "columns: a list of names"),
        (lambda: PowerTransformer(["a"], "cox"), ValueError, "method: "),
        (lambda: PowerTransformer(["a"], like=grids), ValueError, "like: column 'wave'"),
        (lambda: PowerTransformer(["days"], "log").fit(data), ValueError, "column 'days' has 0"),
        (
            lambda: bellshape.PowerTransformer().fit(data),
            TypeError,
            r"bellshape\.ray\.PowerTransformer",
        ),
    ):
        with pytest.raises(error, match=text):
            call()
    infinite = ray.data.from_arrow(pa.table({"x": [1.0, np.inf, 2.0, 5.0]}))
    assert PowerTransformer(["x"]).fit(infinite).transformer_.summary()[0]["missing"] == 1
    with pytest.raises(Exception, match="column 'x': inf in row 1"):
        PowerTransformer(["x"], infinite="error").fit(infinite)


@pytest.mark.parametrize("like", [False, True])
def test_a_worker_that_dies_counts_no_row_twice(data, grids, tmp_path, like):
    calm = PowerTransformer(NUMBERS, like=grids if like else None).fit(data)
    mark = str(tmp_path / "died")

    def dies(block):
        if 5000 in block["days"].to_pylist() and not os.path.exists(mark):
            open(mark, "w").close()
            os._exit(1)
        return block

    hurt = data.map_batches(dies, batch_size=None, batch_format="pyarrow")
    model = PowerTransformer(NUMBERS, like=grids if like else None).fit(hurt)
    assert os.path.exists(mark)
    assert model.sketch_.to_bytes() == calm.sketch_.to_bytes() and model.sketch_.rows == N


def test_speed_beside_counting_rows(tmp_path):
    """A fit takes at most 1 / 0.7 of a job that brings the rows to Python and counts them."""
    rng, columns, rows = np.random.default_rng(1), [f"x{j}" for j in range(10)], 200_000
    for i in range(16):
        part = pa.table({name: rng.lognormal(size=rows) for name in columns})
        pq.write_table(part, tmp_path / f"{i:02d}.parquet")
    data = ray.data.read_parquet(str(tmp_path))

    def count(block):
        return pa.table({"n": [block.num_rows]})

    def counted():
        found = data.map_batches(count, batch_size=None, batch_format="pyarrow")
        assert sum(row["n"] for row in found.iter_rows()) == 16 * rows

    def fitted():
        assert PowerTransformer(columns).fit(data).sketch_.rows == 16 * rows

    jobs = {counted: [], fitted: []}
    for _ in range(5):
        for job, seconds in jobs.items():
            start = time.monotonic()
            job()
            seconds.append(time.monotonic() - start)
    ratio = min(jobs[counted]) / min(jobs[fitted])
    print(f"counting {min(jobs[counted]):.2f} s, fitting {min(jobs[fitted]):.2f} s: {ratio:.2f}")
    assert ratio >= 0.7
