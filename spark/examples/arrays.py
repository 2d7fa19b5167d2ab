"""Arrays in and out of Spark: python arrays.py SOURCE TARGET.

SOURCE is what format npz reads: an archive, a pattern, a sharded set, a directory of .npy files.
TARGET becomes a sharded set of each array's sum along the first axis, and of each array itself.
"""

import sys

import numpy as np
from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("arrays").getOrCreate()
source, target = sys.argv[1:3]

# A row for each array. Only the columns that are used are read; of where, only the arrays.
arrays = spark.read.format("npz").load(source)
arrays.select("key", "dtype", "shape").show()

sums = []
for row in arrays.where("size(shape) > 0").collect():
    array = np.frombuffer(row.data, dtype=row.dtype).reshape(row.shape)
    sums.append((row.key + ".sum", array.sum(axis=0)))

rows = [(key, a.dtype.str, list(a.shape), a.tobytes()) for key, a in sums]
made = spark.createDataFrame(rows, "key string, dtype string, shape array<bigint>, data binary")
arrays.union(made).write.format("npz").mode("overwrite").save(target)

# A row for each index of the first axis, a column for each array: here only of arrays of one length.
table = spark.read.format("npz").option("rows", True).option("keys", "x,label").load(source)
table.groupBy("label").agg({"*": "count"}).orderBy("label").show()

spark.stop()
