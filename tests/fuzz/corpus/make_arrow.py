# SPDX-License-Identifier: BSD-3-Clause
"""Write the files of Arrow in the folder arrow: make_arrow.py; it needs PyArrow."""

import pathlib

import numpy as np
import pyarrow as pa

FOLDER = pathlib.Path(__file__).parent / "arrow"


def save(name: str, table: pa.Table, **options: object) -> None:
    """Write a table as a file or, if its name says so, as a stream."""
    new = pa.ipc.new_stream if name.endswith("s") else pa.ipc.new_file
    path = str(FOLDER / name)
    with new(path, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=3)


plain = pa.table({"x": [1.5, None, 3.0, 4.0], "b": [True, None, False, True]})
types = {f"f{n}": pa.array(np.array([-7, 2, 100], f"f{n}")) for n in (8, 4, 2)}
types |= {f"i{n}": pa.array(np.array([-7, 2, 100], f"i{n}")) for n in (1, 2, 4, 8)}
types |= {f"u{n}": pa.array(np.array([1, 2, 100], f"u{n}")) for n in (1, 2, 4, 8)}
types["big"] = pa.array([1, 2, 2**63 + 1], pa.uint64())
others = {
    "s": ["a", "b"],
    "v": pa.array(["a", "a text that is longer"]).cast(pa.string_view()),
    "l": [[1], [2, 3]],
    "d": pa.array([1.5, 2.0]).dictionary_encode(),
    "st": [{"p": 1, "q": "z"}] * 2,
    "n": pa.nulls(2),
    "x": [1.0, 2.0],
}
save("plain.arrows", plain)
save("plain.arrow", plain)
save("old.arrow", plain, use_legacy_format=True)
save("zstd.arrows", plain, compression="zstd")
save("lz4.arrows", plain, compression="lz4")
save("types.arrows", pa.table(types))
save("others.arrows", pa.table(others))
save("decimals.arrows", pa.table({f"f{n}": np.array([99.9, 1, 2, 5], f"f{n}") for n in (8, 4)}))
