"""Writes the golden safetensors files: a small writer of our own, after the format's description, and a table of what is in them.

The format's own library is not needed, nor used. Made with NumPy 2.4.6 on CPython 3.11.7.
Run it from anywhere; running it again gives the same bytes:

    python3 make_safetensors_goldens.py [directory]     (default: ../resources/golden-safetensors beside this file)

``expected.tsv`` has one line for each tensor, tab-separated, in the order of their bytes:

    file  name-as-ascii()  type  descr  shape  offset-in-the-file  sha256-of-the-bytes
"""

import hashlib
import json
import pathlib
import struct
import sys

import numpy as np

# In the order in which the format's own library sorts; the second column is the dtype of the bytes.
TYPES = (
    "BOOL ?,U8 u1,I8 i1,F8_E5M2 V1,F8_E4M3 V1,F8_E8M0 V1,F8_E4M3FNUZ V1,F8_E5M2FNUZ V1,I16 <i2,U16 <u2,F16 <f2,BF16 V2,"
    "I32 <i4,U32 <u4,F32 <f4,C64 <c8,F64 <f8,I64 <i8,U64 <u8"
)
TYPES = dict(pair.split(" ") for pair in TYPES.split(","))
RANK = list(TYPES)


def numbers(kind, *shape):
    dtype = np.dtype(TYPES[kind])
    count = int(np.prod(shape, dtype=int)) * dtype.itemsize
    return np.ndarray(shape, dtype, bytearray(i * 89 % (2 if kind == "BOOL" else 256) for i in range(count)))


def files():
    yield "types", [(kind.lower(), kind, numbers(kind, 2, 3)) for kind in TYPES], {}
    yield "shapes", [
        ("zero-d", "F32", numbers("F32")),
        ("none", "F32", numbers("F32", 0)),
        ("none-of-some", "I64", numbers("I64", 3, 0, 2)),
        ("one", "U8", numbers("U8", 1)),
        ("three", "F16", numbers("F16", 2, 3, 4)),
    ], {}  # fmt: skip
    yield "names", [
        (name, "I16", numbers("I16", i + 1)) for i, name in enumerate(["", "a/b\\c", "größe", "温度😀", 'say "hi"\n\x01', "\x7f"])
    ], {"format": "np", "größe": "\t\"x\""}  # fmt: skip
    yield "nothing", [], {}
    yield "only-metadata", [], {"a": "b"}


def header(tensors, metadata):
    text = {"__metadata__": metadata} if metadata else {}
    end = 0
    for name, kind, array in tensors:
        text[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    return json.dumps(text, ensure_ascii=False, separators=(",", ":")).encode()


def main():
    beside = pathlib.Path(__file__).resolve().parent.parent / "resources" / "golden-safetensors"
    directory = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    directory.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, tensors, metadata in files():
        tensors.sort(key=lambda each: (-RANK.index(each[1]), each[0].encode()))
        text = header(tensors, metadata)
        text += b" " * (-len(text) % 8)
        content = struct.pack("<Q", len(text)) + text
        for key, kind, array in tensors:
            shape = ",".join(map(str, array.shape)) or "()"
            sha = hashlib.sha256(array.tobytes()).hexdigest()
            lines.append("\t".join([name, ascii(key), kind, array.dtype.str, shape, str(len(content)), sha]))
            content += array.tobytes()
        (directory / (name + ".safetensors")).write_bytes(content)
    (directory / "expected.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
