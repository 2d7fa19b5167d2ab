package io.parallelsaver.restore;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.npz.DeflatedData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Gives each array that stands in a file its place in one other file, one behind the other, at multiples of the alignment. */
final class Layout {
  /** Each array begins at a multiple of this. */
  static final int ALIGNMENT = 64;

  final Map<String, Place> places = new LinkedHashMap<>();
  final List<Reading> readings = new ArrayList<>();
  long length;

  private final JobFile target;

  /** An array's place. */
  record Place(String key, ArraySpec spec, long offset) {}

  Layout(JobFile target) {
    this.target = target;
  }

  /** Adds an array, unless its bytes are in this process already. */
  void add(String key, NDArray array) {
    long offset = Math.addExact(length, -length & (ALIGNMENT - 1));
    if (array.data() instanceof FileData data) {
      readings.add(Reading.of(key, data, target, offset));
    } else if (array.data() instanceof DeflatedData data) {
      readings.add(Reading.of(key, data, target, offset));
    } else {
      return;
    }
    places.put(key, new Place(key, array.spec(), offset));
    length = Math.addExact(offset, array.spec().byteSize());
  }
}
