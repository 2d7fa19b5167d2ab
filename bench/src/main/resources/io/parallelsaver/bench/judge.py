"""NumPy's judgement of what is there after a process was killed.

Two versions of the same arrays differ in every element, and no two elements of a version are the same: a piece that is old, missing or
in the wrong place is seen.
"""
import ctypes
import os
import zlib

import numpy as np

memcmp = ctypes.CDLL(None).memcmp
memcmp.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t
versions = {}

LARGE = 6
SMALL = 20


def make(version, directory, size):
    """Writes a version's arrays as files, and keeps them mapped."""
    number = int(version)
    os.makedirs(os.path.join(directory, "small"))
    count = int(size) // 8 // LARGE
    made = {f"large_{k}": np.arange(count) * 2 * LARGE + 2 * k + number for k in range(LARGE)}
    made.update({f"small/s_{k:02}": np.arange(1000 + k, dtype="<f4") * 2 + number for k in range(SMALL)})
    versions[version] = {}
    for key, array in made.items():
        path = os.path.join(directory, key + ".npy")
        np.save(path, array)
        versions[version][key] = np.load(path, mmap_mode="r")
    return ""


def differs(array, wanted):
    if array.dtype != wanted.dtype or array.shape != wanted.shape:
        return True
    array = np.ascontiguousarray(array)
    return memcmp(array.ctypes.data, wanted.ctypes.data, wanted.nbytes) != 0


def archive(path, version):
    """What is wrong with an archive, or nothing."""
    wanted = versions[version]
    with np.load(path) as found:
        if sorted(found.files) != sorted(wanted):
            return f"{len(found.files)} arrays, expected {len(wanted)}"
        wrong = [key for key in wanted if differs(found[key], wanted[key])]
    return f"not of version {version}: {', '.join(wrong)}" if wrong else ""


def directory(path, *allowed):
    """What is wrong with a folder each of whose files must be whole, and of one of these versions; nothing may be missing if there is one."""
    found = {}
    for folder, _, names in os.walk(path):
        for name in names:
            file = os.path.join(folder, name)
            found[os.path.relpath(file, path).removesuffix(".npy")] = file
    expected = versions[allowed[0]]
    strange = sorted(set(found) - set(expected))
    if strange:
        return f"files of nobody: {', '.join(strange)}"
    missing = sorted(set(expected) - set(found))
    if missing and len(allowed) == 1:
        return f"missing: {', '.join(missing)}"
    wrong = [
        key for key, file in found.items()
        if all(differs(np.load(file, mmap_mode="r"), versions[version][key]) for version in allowed)
    ]
    return f"of none of the versions {allowed}: {', '.join(wrong)}" if wrong else ""


def sums(version):
    """Names and CRC-32 of a version's arrays."""
    return " ".join(f"{key}={zlib.crc32(array):08x}" for key, array in sorted(versions[version].items()))


def answer(words):
    command = {"make": make, "archive": archive, "directory": directory, "sums": sums}[words[0]]
    return command(*words[1:])
