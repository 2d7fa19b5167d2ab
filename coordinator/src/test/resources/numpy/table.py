"""What is in an array, as one line of a table; and whether two arrays are the same."""

import zlib

import numpy as np
from numpy.lib import format as npy

LONGEST_HEADER = 1 << 20


def is_fortran(array):
    """Whether NumPy saves it in Fortran order."""
    return array.flags.f_contiguous and not array.flags.c_contiguous


def can_be_file(key):
    """Whether a directory can hold a file KEY.npy."""
    names = (key + ".npy").split("/")
    return len(key.encode()) < 1000 and all(n not in ("", ".", "..") and len(n.encode()) <= 255 for n in names)


def is_copied_whole(dtype):
    """Whether NumPy copies every byte: it leaves out gaps and the end of a longdouble, and then saves whatever was in memory there."""
    dtype = dtype.base
    if dtype.names is None:
        return dtype.char not in "gG"
    types = [dtype.fields[name][0] for name in dtype.names]
    return sum(type.itemsize for type in types) == dtype.itemsize and all(map(is_copied_whole, types))


def line(key, array):
    """Key in hexadecimal UTF-8, ``file`` if it can name one, descr, shape, order, CRC-32 of the bytes in that order, or ``-`` for it
    where NumPy itself does not save the same ones each time.
    """
    order = "F" if is_fortran(array) else "C"
    crc = "%08x" % zlib.crc32(array.tobytes(order)) if array.dtype.names is None or is_copied_whole(array.dtype) else "-"
    return "\t".join([
        key.encode().hex(), "file" if can_be_file(key) else "-", repr(npy.dtype_to_descr(array.dtype)),
        repr(array.shape), order, crc,
    ])  # fmt: skip


def write(path, arrays):
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        for key, array in arrays:
            print(line(key, array), file=out)


def content_is_same(a, b):
    """Bit for bit; but of structures only the fields."""
    if a.dtype.names is not None:
        a, b = a.ravel(), b.ravel()
        return all(content_is_same(a[name], b[name]) for name in a.dtype.names)
    return a.tobytes() == b.tobytes()


def difference(expected, found):
    """What is not as it should be in an array that was saved; None if nothing is."""
    kept = np.asarray(expected, order="F" if is_fortran(expected) else "C")
    if found.dtype != kept.dtype or npy.dtype_to_descr(found.dtype) != npy.dtype_to_descr(kept.dtype):
        return f"dtype {found.dtype!r}, expected {kept.dtype!r}"
    if found.shape != kept.shape:
        return f"shape {found.shape}, expected {kept.shape}"
    for flag in "C_CONTIGUOUS", "F_CONTIGUOUS":
        if found.nbytes and found.flags[flag] != kept.flags[flag]:
            return f"{flag} is {found.flags[flag]}"
    if found.tobytes() != kept.tobytes() and not content_is_same(found, kept):
        return f"other content: {found.tobytes()[:40].hex()}, expected {kept.tobytes()[:40].hex()}"
    return None
