"""The same arrays read and written by format npz and by Python workers with NumPy, in turn, in one run.

beside_numpy.py FOLDER MEBIBYTES ROUNDS: 64 arrays of so many MiB. What users do today: binaryFile and a function that
np.load's the bytes; a function that np.savez'es the rows of a partition.
"""

import io
import os
import shutil
import statistics
import sys
import time

import numpy as np
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf
from pyspark.sql.types import BinaryType

ARRAYS = 64
folder, mebibytes, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
spark = SparkSession.builder.appName("beside_numpy").getOrCreate()

source = os.path.join(folder, "source")
os.makedirs(source, exist_ok=True)
block = np.random.default_rng(1).standard_normal(mebibytes << 18).astype("<f4")
for k in range(ARRAYS):
    block[0] = k
    np.savez(os.path.join(source, "%05d.npz" % k), x=block)
print("made", flush=True)


@udf(BinaryType())
def load(content):
    return np.load(io.BytesIO(content))["x"].tobytes()


def noop(frame):
    frame.write.format("noop").mode("overwrite").save()


def save_rows(rows):
    target = os.path.join(folder, "by-numpy")
    arrays = {r.key: np.frombuffer(r.data, dtype=r.dtype).reshape(r.shape) for r in rows}
    np.savez(os.path.join(target, str(os.getpid()) + "-" + str(time.time_ns())), **arrays)


def by_numpy():
    shutil.rmtree(os.path.join(folder, "by-numpy"), ignore_errors=True)
    os.makedirs(os.path.join(folder, "by-numpy"))
    arrays().rdd.foreachPartition(save_rows)


def arrays():
    found = spark.read.format("npz").load(source + "/*.npz")
    # Their keys are all the same.
    return found.selectExpr("concat('x', uuid()) as key", "dtype", "shape", "data")


def by_npz():
    arrays().write.format("npz").option("durability", "none").mode("overwrite").save(os.path.join(folder, "by-npz"))


jobs = {
    "read npz": lambda: noop(spark.read.format("npz").load(source + "/*.npz")),
    "read binaryFile, np.load": lambda: noop(spark.read.format("binaryFile").load(source).select("path", load("content"))),
    "read and write npz": by_npz,
    "read npz, write np.savez": by_numpy,
}
seconds = {name: [] for name in jobs}
for turn in range(rounds + 1):
    for name, job in jobs.items():
        start = time.perf_counter()
        job()
        if turn > 0:
            seconds[name].append(time.perf_counter() - start)
    print("round", turn, flush=True)
print("%d arrays of %d MiB; seconds" % (ARRAYS, mebibytes))
for name, all_of in seconds.items():
    print("%-26s best %6.2f  median %6.2f" % (name, min(all_of), statistics.median(all_of)))
spark.stop()
