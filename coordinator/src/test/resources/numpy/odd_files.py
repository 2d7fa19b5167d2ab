"""Files that NumPy can meet but does not write itself, and what np.load(allow_pickle=False) makes of each.

    odd_files.py DIR

``verdicts.tsv`` has a line ``name  read`` or ``name  refused  why`` for each; of one that is read, ``name.tsv`` says what is in it, as
table.py writes it.
"""

import io
import os
import pathlib
import shutil
import sys
import zipfile

import numpy as np
import table
from numpy.lib import format as npy

THREE = np.arange(3.0)


def header(text, data=THREE.tobytes(), version=(1, 0), length=None):
    """A .npy file with a header of our own words."""
    encoded = text if isinstance(text, bytes) else text.encode("utf-8" if version[0] > 2 else "latin1")
    size = len(encoded) if length is None else length
    return b"\x93NUMPY" + bytes(version) + size.to_bytes(2 if version[0] == 1 else 4, "little") + encoded + data


def dictionary(descr="'<f8'", fortran="False", shape="(3,)"):
    return f"{{'descr': {descr}, 'fortran_order': {fortran}, 'shape': {shape}, }}"


def with_descr(descr):
    return header(dictionary(repr(descr), shape="(1,)"), bytes(range(250)) * 8)


def written(array, version):
    out = io.BytesIO()
    npy.write_array(out, array, version)
    return out.getvalue()


def versions():
    for version in (1, 0), (2, 0), (3, 0):
        name = "version-%d" % version[0]
        yield name, written(THREE, version)
        yield name + "-fortran", written(np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)), version)
        yield name + "-struct", written(np.ones(2, [("a", "<i2"), ("b", "S3", (2,))]), version)
        yield name + "-python2", header(dictionary(shape="(3L,)"), version=version)
        yield name + "-empty", written(np.zeros((0, 4), "<U2"), version)
    yield "version-3-unicode", written(np.ones(2, [("温", "<i2")]), (3, 0))
    yield "version-3-not-utf8", header(b"{'descr': [('\xff', '<f8')], 'fortran_order': False, 'shape': (3,), }", version=(3, 0))
    yield "version-1-latin1", header(b"{'descr': [('\xe9', '<f8')], 'fortran_order': False, 'shape': (3,), }")
    yield "version-1-utf8", header(b"{'descr': [('\xc3\xa9', '<f8')], 'fortran_order': False, 'shape': (3,), }")
    for version in (0, 0), (1, 1), (2, 1), (4, 0), (255, 255):
        yield "version-%d.%d" % version, header(dictionary(), version=version)


def texts():
    """Headers by name."""
    yield "python2-shape", dictionary(shape="(3L, 1L)")
    yield "python2-zero-d", "{'descr': '<f8', 'fortran_order': False, 'shape': ()}"
    yield "python2-struct", dictionary("[('a', '<f4', (2L,))]")
    yield "python2-unicode", "{u'descr': u'<f8', u'fortran_order': False, u'shape': (3L,)}"
    yield "python2-small-l", dictionary(shape="(3l,)")
    yield "unsorted", "{'shape': (3,), 'fortran_order': False, 'descr': '<f8'}"
    yield "no-comma", "{'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"
    yield "one-comma-more", "{'descr': '<f8', 'fortran_order': False, 'shape': (3,),,}"
    yield "double-quotes", '{"descr": "<f8", "fortran_order": False, "shape": (3,)}'
    yield "spaces", "  \t{ 'descr' :\t'<f8' ,'fortran_order':False,\n'shape' : ( 3 , ) , }   \n\n"
    yield "no-spaces", "{'descr':'<f8','fortran_order':False,'shape':(3,)}"
    yield "newline-first", "\n" + dictionary()
    yield "vertical-tab", dictionary() + "\v\n"
    yield "no-newline", dictionary() + "    "
    yield "nul-padding", dictionary() + "\0\0\0\n"
    yield "comment", dictionary() + " # why\n"
    yield "more-text", dictionary() + " 1\n"
    yield "parentheses", "(" + dictionary("('<f8')", "(False)") + ")"
    yield "concatenation", dictionary("'<' 'f8'")
    yield "raw-string", dictionary("r'<f8'")
    yield "triple-quotes", dictionary("'''<f8'''")
    yield "bytes-descr", dictionary("b'<f8'")
    yield "bytes-key", dictionary().replace("'descr'", "b'descr'")
    yield "twice-the-same-key", "{'shape': (1,), 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}"
    yield "one-key-more", "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1}"
    yield "one-key-less", "{'descr': '<f8', 'fortran_order': False}"
    yield "a-list", "['descr', '<f8', 'fortran_order', False, 'shape', (3,)]"
    yield "a-call", "dict(descr='<f8', fortran_order=False, shape=(3,))"
    yield "nothing", ""
    yield "long", dictionary() + " " * 10_001 + "\n"
    for order in "1", "0", "None", "'True'", "true", "[]", "not True":
        yield "order-" + order.replace("'", ""), dictionary(fortran=order)
    for shape in ("3", "[3]", "None", "(3)", "(3.0,)", "(True,)", "(3, None)", "('3',)", "(0x3,)", "(0b11,)", "(0o3,)", "(03,)", "(1_0,)",
                  "(+3,)", "(--3,)", "(-3,)", "(-1,)", "(0, -1)", "(-1, -3)", "(3, 0)", "(1,)*3", "(2+1,)", "()", "(0,)", "(1, 1, 3,)",
                  "(4,)", f"({2**31},)", f"({2**63 - 1},)", f"({2**63},)", f"({2**62}, 4)", f"(0, {2**63})", f"({2**33}, {2**33}, 0)",
                  "(" + "1," * 31 + "3)", "(" + "1," * 65 + "3)"):  # fmt: skip
        yield f"shape-{shape if len(shape) < 60 else shape.count(',') + 1}", dictionary(shape=shape)
    for i, name in enumerate([r"\x41", r"\t", r"\101", r"\0", r"\a", r"\N{BULLET}", r"\u00e9", r"\U0001F600", r"\ud800", r"\z", "\\\n", "\0"]):
        yield f"escape-{i}", dictionary(f"[('{name}', '<f8')]")
    for name, descr in {
        "tuple": "('<f4', (2,))", "tuple-int": "('<f4', 2)", "tuple-one": "('<f8',)", "tuple-struct": "([('a', '<f4')], (2,))",
        "dict": "{'names': ['a'], 'formats': ['<f8']}", "none": "None", "number": "8", "no-fields": "[]", "names": "['a', 'b']",
        "field-int": "[('a', '<f4', 2)]", "field-one": "[('a', '<f8', 1)]", "field-none": "[('a', '<f8', ())]",
        "field-list": "[['a', '<f8']]", "field-negative": "[('a', '<f8', (-1,))]", "field-zero": "[('a', '<f4', 0), ('b', '<f8')]",
        "twice": "[('a', '<f4'), ('a', '<f4')]", "titles": "[(('T', 'a'), '<f4'), (('U', 'b'), '<f4')]",
        "title-twice": "[(('T', 'a'), '<f4'), (('T', 'b'), '<f4')]", "title-is-name": "[(('b', 'a'), '<f4'), ('b', '<f4')]",
        "title-none": "[((None, 'a'), '<f8')]", "nameless": "[('', '<f8')]", "nameless-void": "[('', '|V4'), ('b', '<f4')]",
        "nameless-string": "[('', '|S4'), ('b', '<f4')]", "only-padding": "[('', '|V8')]", "nested-padding": "[('a', [('', '|V4'), ('b', '<f4')])]",
        "padding-array": "[('', '|V2', (2,)), ('b', '<f4')]", "of-array": "[('a', ('<f4', (2,)))]", "of-arrays": "[('a', ('<f2', (2,)), (2,))]",
        "object-in-struct": "[('a', '<f4'), ('b', '|O')]", "number-name": "[(1, '<f8')]", "tuple-of-fields": "(('a', '<f4'), ('b', '<f4'))",
    }.items():  # fmt: skip
        yield "dtype-" + name, dictionary(descr)


DESCRS = """|b1 =f8 <i4 f8 d >f8 |i1 <i1 >u1 |f8 |i4 b B i q l ? <? |? b1 e g F D f f2 f16 c32 f12 c24 f3 i3 i16 u9 c4 b8 b4 U3 U S S3 a3 a |S0 V |V0 |V1
|V2 V3 =V3 <S3 |U2 >U2 =U2 M8 m8 <M8 M8[s] <M8[25us] <m8[3W] m8[generic] M8[2generic] M8[2D/3] M8[D/3] M8[] m8[x] M4 <M8[µs] |M8[s] =m8[h] M8[-2s] M8[0s]
float64 double float int int32 bool str bytes complex datetime64 datetime64[ns] uint8 void O |O |O8 O8 O4 object f4,i4 3f4 (2,)f4 <f8> << f i4. n p P h H c C t T 1
S1000 S2147483647 S2147483648 U536870911 U536870912 V99999999999 i+4 i04 i4_""".split() + [
    "", " f8", "f8 "]  # fmt: skip


def npy_files():
    yield from versions()
    yield from ((name, header(text)) for name, text in texts())
    yield from ((f"descr-{descr}", with_descr(descr)) for descr in DESCRS)
    whole = written(THREE, (1, 0))
    yield "more-bytes", whole + b"more"
    yield "cut-in-array", whole[:-1]
    yield "no-array", whole[:128]
    yield "cut-in-header", whole[:100]
    yield "cut-in-length", whole[:9]
    yield "only-magic", whole[:8]
    yield "half-a-magic", whole[:3]
    yield "empty-file", b""
    yield "other-magic", b"\x93NUMPX" + whole[6:]
    yield "length-too-large", header(dictionary(), length=60_000)
    yield "length-too-small", header(dictionary(), length=20)
    yield "length-huge", header(dictionary(), version=(2, 0), length=2**32 - 1)
    yield "objects", header(dictionary("'|O'"), b"\x80\x04]q\x00.")
    yield "no-elements-of-objects", header(dictionary("'|O'", shape="(0,)"), b"")


class Unseekable(io.RawIOBase):
    def __init__(self):
        self.content = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.content += data
        return len(data)


def zipped(*members, method=zipfile.ZIP_STORED, comment=b"", force_zip64=False, stream=None):
    """An archive of names, or ZipInfos, and bytes."""
    out = stream or io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.comment = comment
        for name, content in members:
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name)
            info.compress_type = method
            with archive.open(info, "w", force_zip64=force_zip64) as member:
                member.write(content)
    return bytes(stream.content) if stream else out.getvalue()


def npz_files():
    one, two = written(THREE, (1, 0)), written(np.ones((2, 2), ">i4", order="F"), (2, 0))
    both = ("one.npy", one), ("two.npy", two)
    info = zipfile.ZipInfo("one.npy", (2026, 1, 2, 3, 4, 6))
    info.extra, info.comment, info.external_attr = b"\x75\x70\x02\x00hi", b"a comment", 0o100444 << 16
    for name, method in ("stored", 0), ("deflated", 8), ("bzip2", 12), ("lzma", 14):
        yield name, zipped(*both, method=method)
        yield name + "-unseekable", zipped(*both, method=method, stream=Unseekable())
        yield name + "-zip64", zipped(*both, method=method, force_zip64=True)
    yield "comment", zipped(*both, comment=b"c" * 65535)
    yield "comment-like-an-end", zipped(*both, comment=b"PK\x05\x06" + bytes(18))
    yield "member-comment", zipped((info, one))
    yield "prefix", b"#!/bin/sh\n" + zipped(*both)
    yield "prefix-like-a-zip", b"PK\x03\x04" + bytes(60) + zipped(*both)
    yield "suffix", zipped(*both) + b"more"
    yield "same-name", zipped(*both, ("one.npy", two))
    yield "same-key", zipped(("one", two), ("one.npy", one))
    yield "same-key-other-order", zipped(("one.npy", one), ("one", two))
    yield "without-suffix", zipped(("one", one), ("one.NPY", two))
    yield "suffix-twice", zipped(("one.npy.npy", one))
    yield "only-suffix", zipped((".npy", one), ("folder/.npy", two))
    yield "no-arrays", zipped(("readme.txt", b"hello"), ("empty", b""))
    yield "no-array-of-that-name", zipped(*both, ("three.npy", b"hello"))
    yield "empty-member", zipped(*both, ("three.npy", b""))
    yield "folders", zipped(("folder/", b""), ("folder/one.npy", one), ("folder/sub/", b""))
    yield "no-members", zipped()
    yield "names", zipped(*((name + ".npy", one) for name in ["温", "é", "a\\b", "../up", "/root", "C:\\x", " ", "a\nb", "😀" * 9000]))
    yield "objects", zipped(*both, ("objects.npy", header(dictionary("'|O'"), b"\x80\x04]q\x00.")))
    yield "python2", zipped(("one.npy", header(dictionary(shape="(3L,)"))))
    yield "member-too-short", zipped(("one.npy", one[:-1]), ("two.npy", two))
    yield "member-too-long", zipped(("one.npy", one + b"more"), ("two.npy", two))
    yield "member-only-header", zipped(("one.npy", one[:128]))
    yield "member-no-elements", zipped(("one.npy", written(np.zeros((0, 2)), (1, 0))))
    yield "member-cut-in-header", zipped(("one.npy", one[:50]))
    whole = zipped(*both)
    yield "cp437-name", zipped(("eeee.npy", one)).replace(b"eeee", "éñ░Ω".encode("cp437"))
    yield "wrong-crc", whole.replace(THREE.tobytes(), (THREE + 1).tobytes())
    yield "encrypted", whole.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    yield "cut-off", whole[:-1]
    yield "cut-in-half", whole[: len(whole) // 2]
    yield "local-name-differs", whole.replace(b"one.npy", b"ten.npy", 1)
    yield "zip-in-zip", zipped(("inner.npz", whole), *both)


def describe(path):
    found = np.load(path, allow_pickle=False)
    if isinstance(found, np.ndarray):
        return [("-", found)]
    with found:
        arrays = {key: found[key] for key in found.files}
    return [(key, array) for key, array in arrays.items() if isinstance(array, np.ndarray)]


def main():
    directory = pathlib.Path(sys.argv[1])
    for suffix, files in (".npy", npy_files()), (".npz", npz_files()):
        for name, content in files:
            (directory / (name.replace("/", "|") + suffix)).write_bytes(content)
    shipped = pathlib.Path(np.lib.__file__).parent / "tests" / "data"
    for path in sorted(shipped.glob("*.np[yz]")) if shipped.is_dir() else []:
        shutil.copy(path, directory / ("numpy-" + path.name))
    verdicts = []
    for path in sorted(directory.glob("*.np[yz]")):
        try:
            arrays = describe(path)
        except Exception as e:
            verdicts.append((path.name, "refused", repr(e)))
        else:
            verdicts.append((path.name, "read"))
            table.write(os.fspath(path) + ".tsv", arrays)
    with open(directory / "verdicts.tsv", "w", encoding="utf-8", newline="\n") as out:
        for verdict in verdicts:
            print(*verdict, sep="\t", file=out)
    print(len(verdicts))


if __name__ == "__main__":
    main()
