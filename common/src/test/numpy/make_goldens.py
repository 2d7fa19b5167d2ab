"""Writes the golden files: bytes that NumPy alone has made, and a table of what is in them.

Made with NumPy 2.4.6 on CPython 3.11.7 (zlib 1.2.13; only the deflated members depend on it).
Run it from anywhere; running it again gives the same bytes:

    python3 make_goldens.py [directory]     (default: ../resources/golden beside this file)

``expected.tsv`` has one line for each file and one for each array, tab-separated:

    file   name  sha256-of-the-file  number-of-arrays
    array  file  member  version  descr  shape  order  header-length  values  sha256-of-the-array-bytes

``member`` is the key in an .npz, ``-`` for an .npy. ``descr`` is what the header says, or ``sha256:`` of it when it is long.
``shape`` is 3,4 and ``()`` for 0-d. ``order`` is C or F. ``values`` are all elements in C order: integers as digits, floats as
their shortest exact decimal, a complex number as two of them, a datetime as its integer; ``-`` for what is no number, for none,
and for more than 100.
"""

import ast
import hashlib
import io
import pathlib
import sys
import warnings
import zipfile

import numpy as np
from numpy.lib import format as npy

MADE_WITH = "2.4.6"
NUMERIC = "? i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()
LONGEST_DESCR = 1000
MOST_VALUES = 100


class Unseekable(io.RawIOBase):
    """A stream that can only be written: zipfile then puts sizes and CRC behind the bytes (flag bit 3)."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

    def close(self):
        self.file.close()
        super().close()


def numbers(kind, shape=(2, 3)):
    """Both ends of the dtype's range, zero, and what is hard to convert."""
    dtype = np.dtype(kind)
    if dtype.kind == "b":
        some = [True, False, True, True, False, False]
    elif dtype.kind in "iu":
        info = np.iinfo(dtype)
        some = [info.min, info.max, 0, 1, info.max // 3, info.min // 3]
    else:
        info = np.finfo(dtype)
        some = [-0.0, 1 / 3, np.inf, np.nan, info.max, -info.smallest_subnormal]
        if dtype.kind == "c":
            some = [complex(a, b) for a, b in zip(some, reversed(some))]
    count = int(np.prod(shape, dtype=int))
    return np.resize(np.array(some, dtype), count).astype(dtype).reshape(shape)


def name_of(kind):
    return np.dtype(kind).name


def structured():
    """Name to array, for every form that a structured descr has."""
    point = np.dtype([("x", "<f4"), ("y", ">f4")])
    nested = np.dtype([("id", "<u2"), ("p", point), ("deep", [("q", point), ("flag", "?")])])
    subarray = np.dtype([("m", "<i2", (2, 3)), ("v", point, 2), ("s", "S3", (1,)), ("of", ("<i2", (3,)), (2,))])
    titled = np.dtype([(("The temperature", "t"), "<f8"), (("It's \"n\"", "n"), "|i1")])
    padded = np.dtype([("a", "i1"), ("b", "<i8"), ("c", "<i2")], align=True)
    gaps = np.dtype({"names": ["a", "b"], "formats": ["<i4", "<f4"], "offsets": [4, 12], "itemsize": 20})
    quoted = np.dtype([("it's", "<i4"), ('say "hi"', "<i4"), ("both ' and \"", "<i4"), ("tab\tback\\", "<i4")])
    return {
        "nested": np.zeros(3, nested),
        "subarray": np.ones((2, 2), subarray),
        "titled": np.ones(2, titled),
        "padded": np.zeros(2, padded),
        "gaps": np.zeros(2, gaps),
        "quoted": np.ones(2, quoted),
        "no-fields": np.zeros(2, np.dtype([])),
        "latin1": np.ones(2, np.dtype([("größe", "<f4"), ("naïve", "<f8")])),
        "version3": np.ones(2, np.dtype([("温度", "<f4"), ("naïve", "<f8"), ("\u200b", "|u1"), ("😀", "|u1")])),
        "version2": np.arange(3000, dtype="u1").view([(f"field_{i:04d}", "|u1") for i in range(3000)]),
    }


def singles():
    """Name to array, for the .npy files."""
    yield from ((name_of(k), numbers(k)) for k in NUMERIC)
    yield from ((name_of(k) + "-big-endian", numbers(">" + k)) for k in NUMERIC if np.dtype(k).itemsize > 1)
    yield from ((name_of(k) + "-fortran", np.asfortranarray(numbers(k))) for k in ("?", "i2", "f4", "c16"))
    yield "zero-d", np.array(42.5)
    yield "zero-d-bool", np.array(True)
    yield "one-axis", numbers("<i4", 5)
    yield "three-axes", numbers("<i2", (2, 3, 4))
    yield "three-axes-fortran", np.asfortranarray(numbers("<i2", (2, 3, 4)))
    yield "three-axes-big-endian-fortran", np.asfortranarray(numbers(">f4", (2, 3, 4)))
    yield "one-column-fortran", np.asfortranarray(numbers("<i4", (5, 1)))
    yield "not-contiguous", np.arange(12, dtype="<i4").reshape(3, 4)[:, ::2]
    yield "long-axis", numbers("|i1", 1000)
    for shape in (0,), (0, 3), (3, 0), (2, 0, 4):
        yield "empty-" + "x".join(map(str, shape)), np.zeros(shape)
    yield "empty-fortran-2x0x4", np.zeros((2, 0, 4), order="F")
    yield "bytes", np.array([b"", b"abc", b"\xff\x00z"])
    yield "unicode", np.array(["", "né", "温度😀"])
    yield "unicode-big-endian", np.array(["", "né", "温度😀"]).astype(">U3")
    yield "void", np.array([b"\x00\x01\x02\x03\x04", b"\xff\xfe\xfd\xfc\xfb"], "V5")
    yield "datetime", np.array([0, -1, 2**62, "NaT"], "<M8[25us]")
    yield "datetime-days-big-endian", np.array(["1970-01-02", "1969-12-31"], ">M8[D]")
    yield "datetime-no-unit", np.array(["NaT", "NaT"], "<M8")
    yield "timedelta", np.array([1, -1, "NaT"], "<m8[ns]")
    yield "longdouble", np.arange(48, dtype="u1").view(np.longdouble)
    yield "clongdouble", np.arange(64, dtype="u1").view(np.clongdouble)
    yield from (("struct-" + name, array) for name, array in structured().items())
    yield "object", np.array([1, "two", None], dtype=object)
    yield "object-in-struct", np.array([(1, None)], dtype=[("a", "<i4"), ("b", "O")])


def archives(directory):
    """Writes the .npz files; yields each name."""
    a, b, c = numbers("<f8"), np.asfortranarray(numbers(">i4")), np.array(7, "<i2")

    def path(name):
        return directory / (name + ".npz")

    np.savez(path("positional"), a, b, c)
    np.savez(path("keyword"), second=b, first=a, third=c)
    np.savez(path("mixed"), a, named=b, *[c])
    np.savez(path("dtypes"), **{name_of(k): numbers(k) for k in NUMERIC})
    np.savez(path("structured"), **{k: v for k, v in structured().items() if k != "version2"})
    np.savez(path("unicode-keys"), **{"größe": a, "温度": b, "😀": c, "plain": c})
    np.savez(path("odd-keys"), **{"dir/sub/x": a, "../up": b, "x.npy": c, "": c, "with space": c, "a\\b": c})
    # `file` is a parameter's name: only NumPy's inner function can be given such a key.
    np.lib._npyio_impl._savez(path("file-key"), (), {"file": a, "self": b}, False)
    np.savez(path("empty-arrays"), none=np.zeros(0), some=np.zeros((3, 0, 2)), zero_d=np.array(1))
    np.savez(path("nothing"))
    np.savez_compressed(path("compressed"), a, ones=np.ones((40, 50)), empty=np.zeros(0), odd=c)
    with Unseekable(path("unseekable")) as stream:
        np.savez(stream, a, named=b)
    with Unseekable(path("unseekable-compressed")) as stream:
        np.savez_compressed(stream, a, named=b)
    np.savez(path("object"), fine=a, objects=np.array([1, None], dtype=object))
    np.savez_compressed(path("compressed-version2"), wide=structured()["version2"])


def values(array):
    if array.size > MOST_VALUES:
        return "-"
    if array.dtype.kind not in "biufcmM" or array.dtype.itemsize > (16 if array.dtype.kind == "c" else 8):
        return "-"
    flat = array.ravel(order="C")
    if array.dtype.kind in "mM":
        flat = flat.view(array.dtype.byteorder + "i8")
    elif array.dtype.kind == "b":
        flat = flat.view("u1")
    elif array.dtype.kind == "c":
        flat = flat.view(array.dtype.byteorder + f"f{array.dtype.itemsize // 2}")
    return " ".join(map(repr, flat.tolist())) or "-"


def line(name, member, content):
    """The table's line for an array, from the bytes NumPy wrote. Values are NumPy's reading of them."""
    stream = io.BytesIO(content)
    version = npy.read_magic(stream)
    size = int.from_bytes(stream.read(2 if version[0] == 1 else 4), "little")
    header = stream.read(size).decode("utf-8" if version[0] > 2 else "latin1")
    header_length = stream.tell()
    fields = ast.literal_eval(header.strip())
    shape, fortran, dtype = fields["shape"], fields["fortran_order"], npy.descr_to_dtype(fields["descr"])
    descr = header[len("{'descr': ") : header.index(", 'fortran_order'")]
    if len(descr) > LONGEST_DESCR:
        descr = "sha256:" + hashlib.sha256(descr.encode()).hexdigest()
    text = "-"
    if not dtype.hasobject:
        stream.seek(0)
        text = values(npy.read_array(stream, max_header_size=1 << 20))
    return "\t".join([
        "array", name, member, "%d.%d" % version, descr, ",".join(map(str, shape)) or "()", "F" if fortran else "C",
        str(header_length), text, hashlib.sha256(content[header_length:]).hexdigest(),
    ])  # fmt: skip


def table(directory):
    for path in sorted(p for p in directory.iterdir() if p.suffix in (".npy", ".npz")):
        content = path.read_bytes()
        arrays = [line(path.name, "-", content)] if path.suffix == ".npy" else []
        if path.suffix == ".npz":
            with zipfile.ZipFile(path) as archive:
                arrays = [line(path.name, n[: -len(".npy")], archive.read(n)) for n in archive.namelist()]
        yield "\t".join(["file", path.name, hashlib.sha256(content).hexdigest(), str(len(arrays))])
        yield from arrays


def main():
    if np.__version__ != MADE_WITH:
        sys.exit(f"these goldens say they are made with NumPy {MADE_WITH}, this is {np.__version__}: change the text too")
    beside = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden"
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    directory.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore", UserWarning)
    for name, array in singles():
        np.save(directory / (name + ".npy"), array)
    archives(directory)
    (directory / "expected.tsv").write_text("\n".join(table(directory)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
