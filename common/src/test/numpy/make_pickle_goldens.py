"""Writes the golden pickles of the NumPy it runs under: pickle.dumps of arrays, keys and metadata, and what is in them.

Made with NumPy 2.4.6 on CPython 3.11.7 and with NumPy 1.24.2 on CPython 3.11.2, whose pickles name other modules.
Run it from anywhere with each; running it again gives the same bytes:

    python3 make_pickle_goldens.py [directory]     (default: ../resources/golden-pickle beside this file)

``numpy-X.Y.Z.tsv`` has one line for each pickle, tab-separated:

    array     name  protocol  descr  shape  order  sha256-of-the-array-bytes  pickle-in-base64
    key       name  protocol  key-as-ascii()  pickle-in-base64
    metadata  name  protocol  descr  shape  offset  pickle-in-base64
    refused   name  protocol  part-of-the-message  pickle-in-base64

``descr`` is what an .npy header says. ``shape`` is 3,4 and ``()`` for 0-d. ``order`` is C or F, as the pickle says.
"""

import base64
import hashlib
import os
import pathlib
import pickle
import sys

import numpy as np
from numpy.lib.format import dtype_to_descr

MADE_WITH = ("1.24.2", "2.4.6")
PROTOCOLS = 2, 3, 4, 5


def numbers(dtype, *shape):
    """Bytes of every value, those above 0x7F too: protocol 2 encodes them."""
    size = int(np.prod(shape, dtype=int)) * np.dtype(dtype).itemsize
    return np.ndarray(shape, dtype, bytearray(i * 89 % 256 for i in range(size)))


def arrays():
    for dtype in "? i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16 f16 c32".split():
        yield dtype.replace("?", "bool"), numbers(dtype, 2, 3)
    for dtype in "i2 f4 f8 c16 u8".split():
        yield dtype + "-big-endian", numbers(">" + dtype, 3)
    yield "fortran", np.asfortranarray(numbers("<i2", 2, 3, 4))
    yield "fortran-big-endian", np.asfortranarray(numbers(">f4", 2, 3))
    yield "row", np.asfortranarray(numbers("<i2", 1, 3))
    yield "strided", numbers("<i4", 3, 4)[:, ::2]
    yield "reversed", numbers("<i4", 5)[::-1]
    yield "broadcast", np.broadcast_to(numbers("<i2", 3), (2, 3))
    yield "zero-d", np.array(42.5)
    yield "zero-d-byte", np.array(98, "u1")
    for shape in (0,), (0, 3), (2, 0, 4):
        yield "empty-" + "x".join(map(str, shape)), np.zeros(shape)
    yield "empty-fortran", np.zeros((2, 0, 4), order="F")
    yield "bytes", np.array([b"", b"abc", b"\xff\x00z"])
    yield "unicode", np.array(["", "né", "温度😀"])
    yield "unicode-big-endian", np.array(["", "né", "温度😀"]).astype(">U3")
    yield "no-bytes", np.ndarray((3,), "S0", b"")
    yield "void", np.array([b"\x00\x01\x02\x03\x04", b"\xff\xfe\xfd\xfc\xfb"], "V5")
    yield "datetime", np.array([0, -1, 2**62, "NaT"], "<M8[25us]")
    yield "datetime-big-endian", np.array(["1970-01-02", "1969-12-31"], ">M8[D]")
    yield "datetime-no-unit", np.array(["NaT", "NaT"], "<M8")
    yield "timedelta", np.array([1, -1, "NaT"], "<m8[ns]")
    yield from (("struct-" + name, numbers(dtype, 2)) for name, dtype in structs())
    yield "long", numbers("u1", 300)
    yield "with-metadata", np.zeros(2, np.dtype("<i4", metadata={"unit": "m", "n": 3}))


def structs():
    point = np.dtype([("x", "<f4"), ("y", ">f4")])
    yield "flat", np.dtype([("a", "<M8[25us]"), ("b", ">U3"), ("größe", "S3")])
    yield "nested", np.dtype([("id", "<u2"), ("p", point), ("deep", [("q", point), ("flag", "?")])])
    yield "subarray", np.dtype([("m", "<i2", (2, 3)), ("v", point, 2), ("of", ("<i2", (3,)), (2,))])
    yield "titled", np.dtype([(("The temperature", "t"), "<f8"), ("n", "|i1")])
    yield "padded", np.dtype([("a", "i1"), ("b", "<i8"), ("c", "<i2")], align=True)
    yield "gaps", np.dtype({"names": ["a", "b"], "formats": ["<i4", "<f4"], "offsets": [4, 12], "itemsize": 20})
    yield "no-fields", np.dtype([])


def refused():
    yield "object", np.array([1, "two", None], dtype=object), "holds Python objects"
    yield "object-in-struct", np.array([(1, None)], dtype=[("a", "<i4"), ("b", "O")]), "holds Python objects"
    overlapping = np.dtype({"names": ["a", "b"], "formats": ["<i4", "<i4"], "offsets": [0, 2], "itemsize": 8})
    yield "overlapping", np.zeros(1, overlapping), "begins before byte 4"
    yield "matrix", np.matrix("1 2"), "it names 'numpy.matrix'"
    yield "masked", np.ma.array([1, 2]), "it names 'numpy.ma"
    yield "record", np.zeros(1, [("a", "i4")]).view(np.recarray), "recarray'"
    yield "list", [1, 2], "EMPTY_LIST"
    yield "list-of-arrays", [np.zeros(2)], "EMPTY_LIST"
    yield "float", 1.5, "BINFLOAT"
    yield "set", {1}, "at byte"
    yield "function", os.system, "system'"
    yield "number", 7, "holds no ndarray"
    yield "tuple", (np.zeros(2), 1), "holds no ndarray"
    yield "scalar", np.float64(1), "scalar of dtype kind"


def keys():
    for i, key in enumerate(("arr_0", "", "größe/温度😀", "it's\n\\", "k" * 300)):
        yield f"key-{i}", key
    yield "key-numpy", np.str_("né温")


def text(shape):
    return ",".join(map(str, shape)) or "()"


def lines():
    for protocol in PROTOCOLS:
        for name, array in arrays():
            order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
            sha = hashlib.sha256(array.tobytes(order)).hexdigest()
            content = pickle.dumps(array, protocol)
            descr = repr(dtype_to_descr(np.dtype(array.dtype.str) if array.dtype.metadata else array.dtype))
            yield "array", name, protocol, descr, text(array.shape), order, sha, content
        for name, key in keys():
            yield "key", name, protocol, ascii(str(key)), pickle.dumps(key, protocol)
        for name, array in arrays():
            if array.dtype.metadata is None:
                offset = 64 * len(name) << (4 * (len(name) % 14))
                content = pickle.dumps((array.shape, array.dtype, offset), protocol)
                yield "metadata", name, protocol, repr(dtype_to_descr(array.dtype)), text(array.shape), offset, content
        for name, value, message in refused():
            yield "refused", name, protocol, message, pickle.dumps(value, protocol)
    permuted = numbers("<i2", 2, 3, 4).transpose(1, 0, 2)
    content = pickle.dumps(permuted, 5)
    if b"_frombuffer" in content:
        yield "refused", "permuted", 5, "neither C nor Fortran order", content
    content = pickle.dumps(np.zeros(3), 5, buffer_callback=lambda buffer: None)
    yield "refused", "out-of-band", 5, "without a buffer_callback", content
    content = pickle.dumps(((np.int64(3),), np.dtype("u1"), np.uint64(64)), 4)
    yield "metadata", "numpy-integers", 4, "'|u1'", "3", 64, content
    for protocol in 0, 1:
        yield "refused", "old", protocol, "protocol 2 or later", pickle.dumps(np.zeros(3), protocol)


def main():
    if np.__version__ not in MADE_WITH:
        sys.exit(f"these goldens say they are made with NumPy {MADE_WITH}, this is {np.__version__}: change the text too")
    beside = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden-pickle"
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    directory.mkdir(parents=True, exist_ok=True)
    with open(directory / f"numpy-{np.__version__}.tsv", "w", encoding="utf-8", newline="\n") as out:
        for *columns, content in lines():
            print(*columns, base64.b64encode(content).decode(), sep="\t", file=out)


if __name__ == "__main__":
    main()
