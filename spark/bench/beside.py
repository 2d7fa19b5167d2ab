"""The same arrays read and written by format npz, as binary columns in Parquet, and by Python workers with NumPy, in turn, in one run.

beside.py FOLDER MEBIBYTES ROUNDS: 64 arrays of so many MiB. What users do today: Parquet with a binary column, as Spark writes it unless it is
told otherwise; binaryFile and a function that np.load's the bytes; a function that np.savez'es the rows of a partition. What is written was
read by format npz right before, in the same job. Neither Parquet nor NumPy forces anything to the device. Before each job, and not timed,
what it writes is removed and what others have written goes to the device: nobody waits for another's bytes, and each gets its own pages back.
"""

import hashlib
import io
import os
import shutil
import statistics
import sys
import time

import numpy as np
from pyspark.sql import SparkSession
from pyspark.sql.functions import sha2, udf
from pyspark.sql.types import BinaryType

ARRAYS = 64
folder, mebibytes, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
spark = SparkSession.builder.appName("beside").getOrCreate()

source, parquet, by_numpy, forced, not_forced = (
    os.path.join(folder, name) for name in ("source", "parquet", "by-numpy", "forced", "not-forced")
)
os.makedirs(source)
block = np.random.default_rng(1).standard_normal(mebibytes << 18).astype("<f4")
for k in range(ARRAYS):
    block[0] = k
    np.savez(os.path.join(source, "%05d.npz" % k), x=block)


@udf(BinaryType())
def load(content):
    return np.load(io.BytesIO(content))["x"].tobytes()


def arrays():
    found = spark.read.format("npz").load(source + "/*.npz")
    # Their keys are all the same.
    return found.selectExpr("concat('x', uuid()) as key", "dtype", "shape", "data")


def python_read():
    return spark.read.format("binaryFile").load(source)


def read(frame):
    frame.write.format("noop").mode("overwrite").save()


def write_npz(target, durability):
    arrays().write.format("npz").option("durability", durability).save(target)


def save_rows(rows):
    found = {r.key: np.frombuffer(r.data, dtype=r.dtype).reshape(r.shape) for r in rows}
    np.savez(os.path.join(by_numpy, str(os.getpid()) + "-" + str(time.time_ns())), **found)


def write_numpy():
    os.makedirs(by_numpy)
    arrays().rdd.foreachPartition(save_rows)


def digests(folder):
    """SHA-256 of each array's bytes in the folder's archives; no two arrays are equal."""
    archives = (np.load(os.path.join(folder, f)) for f in os.listdir(folder) if f.endswith(".npz"))
    return sorted(hashlib.sha256(a).hexdigest() for archive in archives for a in archive.values())


def digests_of_rows(frame, column):
    return sorted(row[0] for row in frame.select(sha2(column, 256)).collect())


OURS = {"write": "write npz, not forced", "read": "read npz"}
jobs = {
    "write npz": lambda: write_npz(forced, "sync"),
    "write npz, not forced": lambda: write_npz(not_forced, "none"),
    "write Parquet": lambda: arrays().write.parquet(parquet),
    "write np.savez": write_numpy,
    "read npz": lambda: read(spark.read.format("npz").load(source + "/*.npz")),
    "read Parquet": lambda: read(spark.read.parquet(parquet)),
    "read binaryFile, np.load": lambda: read(python_read().select("path", load("content"))),
}
TARGETS = {"write npz": forced, "write npz, not forced": not_forced, "write Parquet": parquet, "write np.savez": by_numpy}
seconds = {name: [] for name in jobs}
for turn in range(rounds + 1):
    for name, job in jobs.items():
        if name in TARGETS:
            shutil.rmtree(TARGETS[name], ignore_errors=True)
        os.sync()
        start = time.perf_counter()
        job()
        if turn > 0:
            seconds[name].append(time.perf_counter() - start)
        print("round %d: %s" % (turn, name), flush=True)

want = digests(source)
compared = {
    "write npz": lambda: digests(forced),
    "write npz, not forced": lambda: digests(not_forced),
    "write np.savez": lambda: digests(by_numpy),
    "write Parquet": lambda: digests_of_rows(spark.read.parquet(parquet), "data"),
    "read npz": lambda: digests_of_rows(arrays(), "data"),
    "read binaryFile, np.load": lambda: digests_of_rows(python_read(), load("content")),
}
for name, digest in compared.items():
    assert digest() == want, "%s: other arrays" % name
    print("compared: %s" % name, flush=True)

print("%d arrays of %d MiB, %d rounds; seconds" % (ARRAYS, mebibytes, rounds))
for name, taken in seconds.items():
    ours = seconds[OURS[name.split()[0]]]
    times = statistics.median(a / b for a, b in zip(taken, ours))
    print("%-26s best %6.2f  median %6.2f  %6.2f times ours" % (name, min(taken), statistics.median(taken), times))
spark.stop()
