"""What the machine can do at most: bytes that lie ready in touched memory, moved by as many threads as there are workers."""
import itertools
import mmap
import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

CHUNK = 4 << 20
# The page cache takes longer writes in pages of 2 MiB, which cost more where a virtual machine has given them back.
BUFFERED_CHUNK = 1 << 20
PAGE = 4096


def touched(size):
    """Memory that begins at a page, every page of it written to."""
    pages = mmap.mmap(-1, -(-size // PAGE) * PAGE)
    np.frombuffer(pages, np.uint8).fill(1)
    return pages


def write(pool, pages, path, flags):
    """Positional writes into a new file that has its full length from the start."""
    view = memoryview(pages)
    step = CHUNK if flags & os.O_DIRECT else BUFFERED_CHUNK
    file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | flags, 0o600)
    try:
        os.ftruncate(file, len(pages))

        def put(start):
            end = min(start + step, len(pages))
            while start < end:
                start += os.pwrite(file, view[start:end], start)

        list(pool.map(put, range(0, len(pages), step)))
        if flags & os.O_DIRECT:
            os.fsync(file)
    finally:
        os.close(file)
        view.release()


def force_folder(path):
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def direct_refused(path):
    """Why a file there cannot be written past the page cache, or nothing."""
    pages = touched(PAGE)
    try:
        with ThreadPoolExecutor(1) as pool:
            write(pool, pages, path, os.O_DIRECT)
        return ""
    except OSError as error:
        return str(error)
    finally:
        if os.path.exists(path):
            os.remove(path)


class Device:
    """The bytes of arrays, one after the other and nothing between them, written with O_DIRECT."""

    def __init__(self, arrays, threads):
        arrays = list(arrays)
        self.pages = touched(sum(array.nbytes for array in arrays))
        self.pool = ThreadPoolExecutor(threads)
        target, at = np.frombuffer(self.pages, np.uint8), 0
        for array in arrays:
            target[at:at + array.nbytes] = array.reshape(-1).view(np.uint8)
            at += array.nbytes

    def save(self, path):
        write(self.pool, self.pages, path, os.O_DIRECT)
        force_folder(path)

    def difference(self, path):
        same = np.array_equal(np.fromfile(path, np.uint8), np.frombuffer(self.pages, np.uint8))
        return "" if same else "other bytes in the file"


def limits(size, threads, rounds, path):
    """Seconds of each kind of transfer of so many bytes, in turn.

    Each is done once untimed right before, so that the pages it takes were in use a moment ago."""
    source, target = touched(size), touched(size)

    def buffered(pool):
        write(pool, source, path, 0)

    def direct(pool):
        write(pool, source, path, os.O_DIRECT)
        force_folder(path)

    def copy(pool):
        put, get = np.frombuffer(target, np.uint8), np.frombuffer(source, np.uint8)

        def part(start):
            put[start:start + CHUNK] = get[start:start + CHUNK]

        list(pool.map(part, range(0, len(source), CHUNK)))

    kinds = (("memcpy", copy), ("buffered writes", buffered), ("O_DIRECT writes and fsync", direct))
    with ThreadPoolExecutor(threads) as pool:
        for _, (name, action) in itertools.product(range(rounds), kinds):
            try:
                for _ in ("untimed", "timed"):
                    if os.path.exists(path):
                        os.remove(path)
                    start = time.perf_counter()
                    action(pool)
                yield name, time.perf_counter() - start
            except OSError:
                pass
            finally:
                if os.path.exists(path):
                    os.remove(path)
