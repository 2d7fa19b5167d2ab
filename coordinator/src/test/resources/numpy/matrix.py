"""Random arrays over all that NumPy can save. A seed gives the same arrays each time.

    matrix.py make SEED COUNT DIR            writes savez_K.npz, compressed_K.npz, batch_K.tsv; for even K files_K/, pickle_K/
    matrix.py judge SEED COUNT DIR FORM...   compares what was written there as FORM_K.npz, FORM_K/KEY.npy or FORM_K/data_N.dat

The first COUNT arrays go through every cell of kind, byte order, memory order and sort of shape, in random order, then through all
of them again; behind them come some whose sizes are near those at which the work is cut. The table's columns are those of table.py.
"""

import itertools
import os
import pickle
import random
import sys

import numpy as np
import table

BATCH = 200
MOST_PROBLEMS = 20
SCALARS = "? i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 g F D G S U V M m".split()
UNITS = "Y M W D h m s ms us ns ps fs as".split()
LETTERS = "abcXYZ09 _'\"\\\n\té\u00a0\u0007温\u200b😀"
HEADER = 128
BORDERS = [64, 256, 1024, 4096]
OFFSETS = [-HEADER, -HEADER + 1, 1, None]
MOST_AXES = 32 if np.__version__.startswith("1.") else 64


def text(rng, length):
    return "".join(rng.choices(LETTERS, k=length))


def some_empty(rng):
    shape = [rng.randrange(4) for _ in range(rng.randint(2, 4))]
    shape[rng.randrange(len(shape))] = 0
    return tuple(shape)


def many_axes(rng):
    shape = [1] * rng.choice([32, 32, MOST_AXES])
    for _ in range(rng.randrange(6)):
        shape[rng.randrange(len(shape))] = rng.choice([0, 2, 2, 2, 3])
    return tuple(shape)


SHAPES = [
    lambda rng: (),
    lambda rng: (0,),
    lambda rng: (rng.randint(1, 100),),
    lambda rng: (rng.randint(1, 50), 1),
    lambda rng: (1, rng.randint(1, 50)),
    lambda rng: (rng.randint(2, 12), rng.randint(2, 12)),
    lambda rng: (rng.randint(2, 6), rng.randint(2, 6), rng.randint(2, 6)),
    some_empty,
    many_axes,
]


def scalar(rng, kind, order):
    if kind in "SUV":
        return np.dtype(f"{order}{kind}{rng.choice([0, 1, 2, 3, 16, rng.randint(4, 60), 300])}")
    if kind in "Mm":
        several = rng.choice(["", "", rng.randint(2, 1000)])
        return np.dtype(f"{order}{kind}8" + rng.choice(["", f"[{several}{rng.choice(UNITS)}]", "[ns]"]))
    return np.dtype(order + kind)


def field_type(rng, depth):
    if depth < 3 and rng.randrange(5) == 0:
        return structure(rng, depth + 1)
    return scalar(rng, rng.choice(SCALARS), rng.choice("<>"))


def structure(rng, depth=0):
    """Packed, aligned, or at offsets of its own; with nested structures, sub-arrays and titles."""
    names = [f"f{i}" + text(rng, rng.choice([0, 0, 4])) for i in range(rng.randrange(6))]
    types = [field_type(rng, depth) for _ in names]
    for i, type in enumerate(types):
        if type.itemsize and rng.randrange(4) == 0:
            types[i] = np.dtype((type, tuple(rng.randrange(4) for _ in range(rng.randint(1, 3)))))
    titles = [rng.choice([None, None, None, "title " + str(i) + text(rng, 3)]) for i in range(len(names))]
    keys = [name if title is None else (title, name) for name, title in zip(names, titles)]
    form = rng.choice(["packed", "aligned", "offsets"])
    if form != "offsets":
        return np.dtype(list(zip(keys, types)), align=form == "aligned")
    offsets, end = [], 0
    for type in types:
        offsets.append(end + rng.choice([0, 0, 1, 5]))
        end = offsets[-1] + type.itemsize
    size = end + rng.choice([0, 3])
    return np.dtype({"names": names, "formats": types, "offsets": offsets, "titles": titles, "itemsize": size})


def wide(rng):
    """So many fields that the header needs version 2."""
    return np.dtype([(f"field_{i:05d}", "u1") for i in range(rng.randint(3000, 4000))])


def fill(rng, dtype, count):
    """Bytes of so many elements: any at all, but bool has only two, and NaN and NaT are frequent."""
    data = bytearray(rng.randbytes(count * dtype.itemsize))
    if dtype.kind == "b":
        np.frombuffer(data, "u1")[:] &= 1
    elif dtype.kind in "fc" and dtype.char not in "gG":
        word = dtype.itemsize // (2 if dtype.kind == "c" else 1)
        infinity = np.array(np.inf, f"f{word}").view(f"u{word}")
        np.frombuffer(data, f"{dtype.byteorder}u{word}")[::3] |= infinity
    elif dtype.kind in "mM":
        np.frombuffer(data, dtype)[::3] = "NaT"
    elif dtype.kind == "U" and dtype.itemsize and rng.randrange(2):
        np.frombuffer(data, dtype)[:] = [text(rng, rng.randrange(dtype.itemsize // 4 + 1)) for _ in range(count)]
    return data


def filled(rng, dtype, shape, order="C"):
    return np.ndarray(shape, dtype, fill(rng, dtype, int(np.prod(shape, dtype=int))), order=order)


def not_contiguous(rng, dtype, shape):
    if not shape or dtype.itemsize == 0:
        return filled(rng, dtype, shape)
    form = rng.choice(["step", "reversed", "broadcast", "transposed"])
    if form == "step":
        return filled(rng, dtype, shape[:-1] + (2 * shape[-1],))[..., ::2]
    if form == "reversed":
        return filled(rng, dtype, shape, rng.choice("CF"))[::-1]
    if form == "broadcast":
        return np.broadcast_to(filled(rng, dtype, shape[1:]), shape)
    axes = rng.sample(range(len(shape)), len(shape))
    whole = filled(rng, dtype, tuple(shape[axis] for axis in axes))
    return whole.transpose(sorted(range(len(axes)), key=axes.__getitem__))


def key_of(rng, place):
    """Each name once in a batch: its array's place is in it, but for the ends of the range."""
    if place < 4:
        return ["", "file", "self", "温度😀"][place]
    return rng.choice([
        f"arr_{place}", f"arr_{place}", f"a/{place}/b", f"größe {place}", f"{place}.npy", f"{place}/", f"/{place}",
        f"{place}//x", f"../{place}", f"a/../{place}", text(rng, 8).replace("/", "") + str(place),
        str(place) + rng.choice("x温") * rng.choice([100, 9000, 9990]) if place % 4 == 0 else f"k{place}",
    ])  # fmt: skip


def cells(seed):
    every = list(itertools.product(SCALARS + ["struct"] * 4, "<>", "CFN", range(len(SHAPES))))
    random.Random(f"{seed} cells").shuffle(every)
    return every


def array_of(rng, kind, byte_order, layout, sort):
    dtype = structure(rng) if kind == "struct" else scalar(rng, kind, byte_order)
    if kind == "struct" and sort == 0 and rng.randrange(8) == 0:
        dtype = wide(rng)
    shape = SHAPES[sort](rng)
    if layout == "N" and table.is_copied_whole(dtype):
        # NumPy 2.4 crashes when it writes more axes than these out of order.
        return not_contiguous(rng, dtype, shape[:32])
    return filled(rng, dtype, shape, "F" if layout == "F" else "C")


def borders():
    """Sizes in KiB at which work is cut, and how far from them the bytes of an array end; None for a few bytes."""
    few = [(kib, offset) for kib in BORDERS[:2] for offset in (-HEADER - 1, -1, 0, None)]
    return few + list(itertools.product(BORDERS, OFFSETS))


def border_of(rng, kib, offset):
    size = kib << 10
    if offset is not None:
        return filled(rng, np.dtype("u1"), (size + offset,))
    dtype = np.dtype(rng.choice(["<f4", ">i8", "<c16", "V3"]))
    return filled(rng, dtype, ((size + rng.randint(-400, 400)) // dtype.itemsize // 3, 3), rng.choice("CF"))


def batches(seed, count):
    """Lists of keys and arrays."""
    every = cells(seed)
    makers = [(array_of, *every[i % len(every)]) for i in range(count)] + [(border_of, *border) for border in borders()]
    batch = []
    for i, (make, *cell) in enumerate(makers):
        rng = random.Random(f"{seed} {i}")
        array = make(rng, *cell)
        batch.append((key_of(rng, len(batch)), array))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def savez(path, batch, compress):
    """As np.savez and np.savez_compressed, whose parameter has the name ``file``."""
    module = getattr(np.lib, "_npyio_impl", None) or np.lib.npyio
    module._savez(path, (), dict(batch), compress)


def save_files(directory, batch):
    for key, array in batch:
        if table.can_be_file(key):
            path = os.path.join(directory, key + ".npy")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            np.save(path, array)


def save_pickles(directory, batch, protocol):
    os.makedirs(directory)
    for n, (key, array) in enumerate(batch, 1):
        if not array.flags.forc:
            # Protocol 5 can keep axes in another order than C and Fortran, which no .npy can.
            array = array.copy()
        for name, value in ("", array), ("index_", key), ("metadata_", (array.shape, array.dtype, 64 * n)):
            with open(os.path.join(directory, f"data_{name}{n}.dat"), "wb") as out:
                pickle.dump(value, out, protocol)


def make(directory, every):
    for k, batch in enumerate(every):
        place = os.path.join(directory, "%s_" + str(k))
        savez(place % "savez" + ".npz", batch, False)
        savez(place % "compressed" + ".npz", batch, True)
        if k % 2 == 0:
            save_files(place % "files", batch)
            save_pickles(place % "pickle", batch, 2 + k // 2 % 4)
        table.write(place % "batch" + ".tsv", batch)
        print(k + 1, flush=True)


def read(place, batch):
    """Keys, originals, and what was saved of them."""
    if os.path.exists(place + ".npz"):
        with np.load(place + ".npz", max_header_size=table.LONGEST_HEADER) as found:
            assert found.files == [key for key, _ in batch], f"{place}: other keys, or in another order"
            for key, array in batch:
                yield key, array, found[key + ".npy"]
    elif os.path.exists(os.path.join(place, "data_1.dat")):
        assert len(os.listdir(place)) == 3 * len(batch), f"{place}: too few or too many files"
        for n, (key, array) in enumerate(batch, 1):
            index, (shape, dtype, _), found = (unpickled(place, f"data_{name}{n}.dat") for name in ("index_", "metadata_", ""))
            assert (index, shape, dtype) == (key, array.shape, array.dtype), f"{place}: metadata of {n}"
            yield key, array, found
    else:
        assert sum(len(names) for _, _, names in os.walk(place)) == len(batch), f"{place}: too few or too many files"
        for key, array in batch:
            yield key, array, np.load(os.path.join(place, key + ".npy"), max_header_size=table.LONGEST_HEADER)


def unpickled(directory, name):
    with open(os.path.join(directory, name), "rb") as content:
        return pickle.load(content)


def judge(directory, every, forms):
    """How many arrays there were of each form, and what is wrong with some of them."""
    counts, problems = dict.fromkeys(forms, 0), []
    for k, batch in enumerate(every):
        for form in forms:
            if k % 2 and form in ("from_files", "from_pickle"):
                continue
            kept = [(key, array) for key, array in batch if table.can_be_file(key)] if "files" in form else batch
            for key, array, found in read(os.path.join(directory, f"{form}_{k}"), kept):
                counts[form] += 1
                problem = table.difference(array, found)
                if problem:
                    problems.append(f"{form} batch {k} key {key[:40]!r}: {problem}")
                if len(problems) == MOST_PROBLEMS:
                    return counts, problems
    return counts, problems


def main():
    command, seed, count, directory, *forms = sys.argv[1:]
    every = batches(seed, int(count))
    if command == "make":
        return make(directory, every)
    counts, problems = judge(directory, every, forms)
    if problems:
        sys.exit("\n".join([f"seed {seed} count {count}:"] + problems))
    print(*(counts[form] for form in forms))


if __name__ == "__main__":
    main()
