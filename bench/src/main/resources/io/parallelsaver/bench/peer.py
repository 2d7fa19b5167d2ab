"""NumPy's side of the benchmarks: one process that keeps its arrays and its memory, and does what it is told line by line.

A command is a line of words with tabs between them; the answer is a line that begins with "ok" or "no".
"""
import ctypes
import os
import sys
import time


def keep_freed_memory():
    """Lets the allocator give nothing back to the system, so that np.load fills pages that were touched before."""
    m_trim_threshold, m_mmap_max = -1, -4
    try:
        mallopt = ctypes.CDLL(None).mallopt
        return bool(mallopt(m_mmap_max, 0)) and bool(mallopt(m_trim_threshold, -1))
    except (OSError, AttributeError):
        return False


kept = keep_freed_memory()
try:
    import numpy as np
except ImportError as error:
    print("no", error, sep="\t", flush=True)
    sys.exit()

import judge
import machine
import original

sets = {}
loaded = None
device = None


def timed(action, *arguments):
    start = time.perf_counter()
    result = action(*arguments)
    return time.perf_counter() - start, result


def force(path):
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def load_all(path):
    with np.load(path) as archive:
        return {key: archive[key] for key in archive.files}


def save(path, arrays):
    np.savez(path, **arrays)


def save_sync(path, arrays):
    np.savez(path, **arrays)
    force(path)
    force(os.path.dirname(path))


def save_compressed(path, arrays):
    np.savez_compressed(path, **arrays)


SAVES = {
    "savez": save,
    "savez+fsync": save_sync,
    "savez_compressed": save_compressed,
    "original": original.save,
}
LOADS = {"load": load_all, "original": original.restore}


def difference(found, wanted):
    """Nothing, if these are the same arrays bit by bit."""
    if list(found) != list(wanted):
        return f"{len(found)} arrays, expected {len(wanted)}, or other names or another order"
    for key, array in wanted.items():
        other = found[key]
        if other.dtype != array.dtype or other.shape != array.shape:
            return f"{key} is {other.dtype} {other.shape}, expected {array.dtype} {array.shape}"
        if not np.array_equal(other.view(np.uint8), array.view(np.uint8)):
            return f"{key} has other values"
    return ""


def answer(command, words):
    global loaded, device
    if command == "hold":
        sets[words[0]] = load_all(words[1])
    elif command == "drop":
        sets.pop(words[0])
        loaded = None
    elif command == "save":
        how, name, path = words
        return timed(SAVES[how], path, sets[name])[0]
    elif command == "load":
        loaded = None
        seconds, loaded = timed(LOADS[words[0]], words[1])
        return seconds
    elif command == "same":
        return difference(loaded, sets[words[0]])
    elif command == "reads":
        return difference(load_all(words[1]), sets[words[0]])
    elif command == "device":
        device = machine.Device(sets[words[0]].values(), int(words[1]))
    elif command == "device-save":
        return timed(device.save, words[0])[0]
    elif command == "device-same":
        return device.difference(words[0])
    elif command == "device-drop":
        device = None
    elif command == "limits":
        size, threads, rounds, path = words
        found = machine.limits(int(size), int(threads), int(rounds), path)
        return "\t".join(f"{name}\t{seconds}" for name, seconds in found)
    elif command == "judge":
        return judge.answer(words)
    elif command == "direct":
        return machine.direct_refused(words[0])
    else:
        raise ValueError(command)
    return ""


def main():
    print("ok", np.__version__, sys.version.split()[0], sys.executable, int(kept), sep="\t", flush=True)
    for line in sys.stdin:
        command, *words = line.rstrip("\n").split("\t")
        try:
            print("ok", answer(command, words), sep="\t", flush=True)
        except Exception as error:
            print("no", f"{type(error).__name__}: {error}", sep="\t", flush=True)


if __name__ == "__main__":
    main()
