"""Writes ml_dtypes.tsv: what the Python package ml_dtypes reads out of every bit pattern of its number types.

Made with ml_dtypes 0.6.0 and NumPy 2.4.6. Running it again gives the same bytes:

    python3 make_ml_dtypes.py [file]     (default: ../resources/ml_dtypes.tsv beside this file)

One line for each type, tab-separated: name, bytes of an element, and the values as big-endian float32 in hexadecimal, for the
patterns 0, 1, 2, ... that its bits have; of bfloat16 every 257th pattern. Each NaN is written as 7fc00000.
"""

import pathlib
import sys

import ml_dtypes
import numpy as np

TYPES = {
    "bfloat16": 16,
    **dict.fromkeys(["float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz"], 8),
    **dict.fromkeys(["float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu"], 8),
    **dict.fromkeys(["float6_e2m3fn", "float6_e3m2fn"], 6),
    **dict.fromkeys(["float4_e2m1fn", "int4", "uint4"], 4),
    **dict.fromkeys(["int2", "uint2"], 2),
    **dict.fromkeys(["int1", "uint1"], 1),
}


def line(name, bits):
    dtype = np.dtype(getattr(ml_dtypes, name))
    assert str(dtype) == name
    patterns = np.arange(0, 1 << bits, 257 if bits > 8 else 1, dtype=f"<u{dtype.itemsize}")
    values = patterns.view(dtype).astype("f4")
    values[np.isnan(values)] = np.float32("nan")
    return f"{name}\t{dtype.itemsize}\t{values.astype('>f4').tobytes().hex()}\n"


def main():
    beside = pathlib.Path(__file__).resolve().parent.parent / "resources" / "ml_dtypes.tsv"
    path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    path.write_text("".join(line(*each) for each in TYPES.items()), encoding="ascii")


if __name__ == "__main__":
    main()
