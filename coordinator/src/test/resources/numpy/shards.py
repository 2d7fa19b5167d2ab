"""Judges a sharded set: INDEX, and ARCHIVE with the same arrays. Its reader is json, mmap and nothing of ours."""
import ast
import json
import os
import sys
import zlib

import numpy as np

index_path, archive_path = sys.argv[1:3]
folder = os.path.dirname(index_path)
with open(index_path, encoding="utf-8") as file:
    index = json.load(file)
shards = [os.path.join(folder, shard["file"]) for shard in index["shards"]]
opened = {}
for shard, path in zip(index["shards"], shards):
    assert os.path.getsize(path) == shard["size"], path
    opened[shard["file"]] = np.load(path)


def dtype(text):
    return np.dtype(ast.literal_eval(text) if text.startswith("[") else text)


def part(array, one):
    shape = list(array["shape"])
    if shape and len(array["parts"]) > 1:
        shape[0] = one["rows"]
    order = "F" if array["fortran_order"] else "C"
    kind = dtype(array["dtype"])
    if one["length"] == 0:
        return np.zeros(shape, kind, order)
    return np.memmap(shards[one["shard"]], kind, "r", one["offset"], tuple(shape), order)


total = 0
members = {}
with np.load(archive_path) as archive:
    assert sorted(archive.files) == sorted(index["arrays"]), "keys"
    for key, array in index["arrays"].items():
        parts = []
        for one in array["parts"]:
            total += one["length"]
            name = index["shards"][one["shard"]]["file"]
            members[one["key"]] = name
            assert index["weight_map"][one["key"]] == name, key
            found = part(array, one)
            loaded = opened[name][one["key"]]
            assert loaded.dtype == found.dtype and loaded.shape == found.shape, key
            assert loaded.tobytes("A") == found.tobytes("A"), key
            with open(shards[one["shard"]], "rb") as file:
                file.seek(one["header"])
                content = file.read(one["offset"] - one["header"] + one["length"])
            assert zlib.crc32(content) == one["crc32"], key
            parts.append(found)
        # np.concatenate would turn big-endian numbers into the machine's own.
        out = np.empty(array["shape"], dtype(array["dtype"])) if len(parts) > 1 else None
        whole = parts[0] if out is None else np.concatenate(parts, out=out)
        wanted = archive[key]
        assert wanted.dtype == whole.dtype and wanted.shape == whole.shape, key
        assert wanted.tobytes("A") == whole.tobytes("A"), key
assert members == index["weight_map"], "weight_map"
assert total == index["metadata"]["total_size"], "total_size"
for name, shard in opened.items():
    assert set(shard.files) == {key for key, file in members.items() if file == name}, name
print(len(index["arrays"]), "arrays,", len(members), "members,", len(shards), "shards")
