# SPDX-License-Identifier: BSD-3-Clause
"""PowerTransformer of Spark, by pytest: fits, pipelines, files, a worker that dies, speed."""

import decimal
import os
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyspark.sql.functions as F
import pytest
from pyspark.errors import PythonException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession

import bellshape
from bellshape import TableSketch, fit_batches, transform_batches
from bellshape.spark import PowerTransformer, PowerTransformerModel

N = 20000
NUMBERS = ["wave", "heat", "days", "price"]


@pytest.fixture(scope="session")
def spark():
    # Workers need the packages of this interpreter.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2,4]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def table():
    rng = np.random.default_rng(4)
    wave = pa.array(rng.lognormal(size=N), mask=rng.random(N) < 0.1)
    cents = pa.array(rng.gamma(2, 10000, N).astype(int)).cast(pa.decimal128(19, 0))
    price = pa.compute.multiply(cents, pa.scalar(decimal.Decimal("0.01"))).cast(pa.decimal128(9, 2))
    return pa.table(
        {
            "town": rng.choice(["Bern", "Biel"], N),
            "wave": wave,
            "heat": rng.gamma(2, size=N).astype(np.float32),
            "days": np.arange(N),
            "price": price,
            "n": rng.integers(0, 4, N),
        }
    )


@pytest.fixture(scope="session")
def frame(spark, table):
    return spark.createDataFrame(table).repartition(7).cache()


@pytest.fixture(scope="session")
def exact(table):
    return fit_batches(table, NUMBERS)


@pytest.fixture(scope="session")
def grids(table):
    sketch = TableSketch(NUMBERS)
    sketch.update(table.take(np.arange(0, N, 7)))
    return sketch


def test_fits_are_those_of_fit_batches(frame, table, exact, grids):
    estimator = PowerTransformer(inputCols=NUMBERS, outputCols=None, weightCol=None, like=None)
    model = estimator.fit(frame)
    assert np.allclose(model.transformer.lambdas_, exact.lambdas_, rtol=1e-9)
    assert model.sketch.rows == N
    # The same partitions give the same bits.
    assert estimator.fit(frame).getOrDefault("model") == model.getOrDefault("model")
    known = fit_batches(table, NUMBERS, like=grids).to_json()
    for parts in (1, 5, 40):
        found = PowerTransformer(inputCols=NUMBERS, like=grids).fit(frame.repartition(parts))
        assert found.getOrDefault("model") == known


def test_transforms_are_those_of_transform_batches(frame, table, exact):
    model = PowerTransformer(inputCols=NUMBERS).fit(frame)
    out = model.transform(frame.orderBy("days")).toArrow()
    assert out.column_names == table.column_names
    kinds = [str(out.schema.field(name).type) for name in NUMBERS]
    assert kinds == ["double", "float", "double", "double"]
    known = transform_batches(model.transformer, table).read_all()
    for name in NUMBERS:
        assert out[name].combine_chunks().equals(known[name].combine_chunks()), name
    assert out["wave"].null_count == table["wave"].null_count
    back = model.inverseTransform(model.transform(frame)).orderBy("days").toArrow()
    assert np.allclose(back["wave"].to_numpy(), table["wave"].to_numpy(), rtol=1e-9, equal_nan=True)


def test_pipelines_are_saved_and_loaded(frame, tmp_path):
    new = [f"{name}.z" for name in NUMBERS]
    ours = PowerTransformer(inputCols=NUMBERS, outputCols=new, method="yeo-johnson-unit")
    vectors = VectorAssembler(inputCols=["heat", "days"], outputCol="v")
    pipeline = Pipeline(stages=[vectors, ours])
    model = pipeline.fit(frame)
    before = model.transform(frame).orderBy("days").toPandas()
    assert list(before.columns)[-4:] == new
    model.write().overwrite().save(str(tmp_path / "model"))
    again = PipelineModel.load(str(tmp_path / "model"))
    assert isinstance(again.stages[1], PowerTransformerModel)
    after = again.transform(frame).orderBy("days").toPandas()
    assert after[new].equals(before[new])
    pipeline.save(str(tmp_path / "pipeline"))
    (_, loaded) = Pipeline.load(str(tmp_path / "pipeline")).getStages()
    assert loaded.getOrDefault("method") == "yeo-johnson-unit" and loaded.getInputCols() == NUMBERS


def test_weights(frame, table):
    model = PowerTransformer(inputCols=["heat"], weightCol="n").fit(frame)
    known = fit_batches(table, ["heat"], weights="n")
    assert np.allclose(model.transformer.lambdas_, known.lambdas_, rtol=1e-9)


def test_partitions_without_rows_or_values(spark, frame, table, exact):
    few = spark.createDataFrame(table.slice(0, 5)).repartition(10)
    model = PowerTransformer(inputCols=NUMBERS).fit(few)
    assert model.sketch.rows == 5
    holes = frame.union(frame.withColumn("wave", F.lit(None).cast("double"))).repartition(3, "wave")
    model = PowerTransformer(inputCols=["wave"]).fit(holes)
    assert np.allclose(model.transformer.lambdas_, exact.lambdas_[:1], rtol=1e-9)
    none = frame.where("days < 0")
    for table in (none, none.coalesce(1)):
        assert PowerTransformer(inputCols=["wave"]).fit(table).sketch.rows == 0


def test_what_is_refused(frame):
    for columns, error, text in (
        (["heat", "town"], TypeError, "column 'town': real numbers, not string"),
        (["cold"], ValueError, "column 'cold': 0 of this name; there are 'town'"),
        (["heat", "heat"], ValueError, "inputCols: "),
        ([], ValueError, "inputCols: "),
    ):
        with pytest.raises(error, match=text):
            PowerTransformer(inputCols=columns).fit(frame)
    with pytest.raises(ValueError, match="method: "):
        PowerTransformer(inputCols=["heat"], method="cox").fit(frame)
    with pytest.raises(ValueError, match="log takes values above 0: column 'days' has 0"):
        PowerTransformer(inputCols=["days"], method="log").fit(frame)
    with pytest.raises(ValueError, match="outputCols: 2 different names"):
        PowerTransformer(inputCols=["heat", "days"], outputCols=["z"]).fit(frame)
    infinite = frame.withColumn("heat", F.expr("if(days = 7, double('infinity'), heat)"))
    assert PowerTransformer(inputCols=["heat"]).fit(infinite).sketch.rows == N
    with pytest.raises(PythonException, match="column 'heat': inf in row"):
        PowerTransformer(inputCols=["heat"], infinite="error").fit(infinite)
    model = PowerTransformer(inputCols=["heat"]).fit(frame)
    with pytest.raises(ValueError, match="column 'heat': 0 of this name"):
        model.transform(frame.withColumnRenamed("heat", "warmth"))
    with pytest.raises(TypeError, match="column 'heat': real numbers, not string"):
        model.transform(frame.withColumn("heat", F.lit("hot")))
    with pytest.raises(TypeError, match=r"bellshape\.spark\.PowerTransformer"):
        bellshape.PowerTransformer().fit(frame)


@pytest.mark.parametrize("like", [False, True])
def test_a_worker_that_dies_counts_no_row_twice(frame, grids, tmp_path, like):
    estimator = PowerTransformer(inputCols=NUMBERS, like=grids if like else None)
    calm = estimator.fit(frame).getOrDefault("model")
    mark = str(tmp_path / "died")

    def dies(batches):
        for batch in batches:
            yield batch
            if 5000 in batch["days"].to_pylist() and not os.path.exists(mark):
                open(mark, "w").close()
                os._exit(1)

    hurt = frame.mapInArrow(dies, frame.schema)
    model = estimator.fit(hurt)
    assert os.path.exists(mark)
    assert model.getOrDefault("model") == calm and model.sketch.rows == N


def test_speed_beside_counting_rows(spark, tmp_path):
    """A fit takes at most 1 / 0.7 of a job that brings the rows to Python and counts them."""
    rows, columns = 8_000_000, [f"x{j}" for j in range(10)]
    frame = spark.range(rows, numPartitions=16).select(
        *(F.exp(F.randn(seed=j)).alias(name) for j, name in enumerate(columns))
    )
    frame.write.parquet(str(tmp_path / "t"))
    frame = spark.read.parquet(str(tmp_path / "t"))

    def count(batches):
        yield pa.RecordBatch.from_pydict({"n": [sum(batch.num_rows for batch in batches)]})

    def counted():
        found = frame.mapInArrow(count, "n long").groupBy().sum().collect()
        assert found[0][0] == rows

    def fitted():
        assert PowerTransformer(inputCols=columns).fit(frame).sketch.rows == rows

    jobs = {counted: [], fitted: []}
    for _ in range(5):
        for job, seconds in jobs.items():
            start = time.monotonic()
            job()
            seconds.append(time.monotonic() - start)
    ratio = min(jobs[counted]) / min(jobs[fitted])
    print(f"counting {min(jobs[counted]):.2f} s, fitting {min(jobs[fitted]):.2f} s: {ratio:.2f}")
    assert ratio >= 0.7
