"""Writes numpy/*.npy, *.npz: small arrays of every type, order and byte order that NumPyArray reads.

Made with numpy 2.4.6: python arrays.py. With `--check FOLDER` it compares what the tests wrote there with what it should be:
LINALG_KEEP_ARRAYS=FOLDER swift test --filter NumPyTests && python arrays.py --check FOLDER
"""
import pathlib
import sys

import numpy as np

# Element (i, j) of 3 rows and 4 columns: small whole numbers, some negative where the type has a sign.
VALUES = np.array([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 120]])

if len(sys.argv) == 3:
    folder = pathlib.Path(sys.argv[2])
    expected = np.array([[1.5, -2.25, np.inf], [0.1, 2.0**-1030, 3e300]])
    for name in ("matrix.npy", "vector.npy", "single.npy"):
        read = np.load(folder / name)
        wanted = {"matrix.npy": expected, "vector.npy": expected[0], "single.npy": expected[:, :2].astype(np.float32)}[name]
        assert read.dtype == wanted.dtype and read.shape == wanted.shape and np.array_equal(read, wanted), name
    for name in ("arrays.npz", "small.npz"):
        with np.load(folder / name) as archive:
            assert sorted(archive.files) == ["a", "b"]
            assert np.array_equal(archive["a"], expected) and np.array_equal(archive["b"], expected[1])
    mapped = np.load(folder / "matrix.npy", mmap_mode="r")
    assert mapped.flags.f_contiguous
    print("numpy reads what was written")
else:
    folder = pathlib.Path(__file__).parent / "numpy"
    for order in "CF":
        for kind in ("f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"):
            for end in "<>":
                if end == "<" or kind[1] != "1":
                    values = VALUES if kind[0] == "u" else VALUES * np.where(np.arange(4) % 2, -1, 1)
                    np.save(folder / f"{order}{'big' if end == '>' else ''}{kind}.npy",
                            np.asarray(values, dtype=end + kind, order=order))
    np.save(folder / "bool.npy", np.array([True, False, True]))
    np.save(folder / "scalar.npy", np.array(2.5))
    np.save(folder / "vector.npy", np.array([0.1, -0.2, 1e300]))
    np.save(folder / "empty.npy", np.zeros((0, 3)))
    np.save(folder / "cube.npy", np.zeros((2, 2, 2)))
    np.save(folder / "complex.npy", np.zeros(2, complex))
    np.save(folder / "half.npy", np.zeros(2, np.float16))
    np.save(folder / "structure.npy", np.zeros(2, [("a", "f8"), ("b", "i4")]))
    np.savez(folder / "plain.npz", x=VALUES / 8, y=np.arange(3))
    np.savez(folder / "mixed.npz", x=VALUES, names=np.array(["a", "b"]), cube=np.zeros((2, 2, 2)))
    np.savez_compressed(folder / "packed.npz", x=VALUES / 8, y=np.arange(3))
