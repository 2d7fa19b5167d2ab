package io.parallelsaver.restore;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.HeapData;
import io.parallelsaver.array.JoinedData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npz.DeflatedData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Gives each array that stands in a file its place in one other file, one behind the other, at multiples of the alignment; as far
 * behind the one before it as in the source, where that is possible and not far, so that many small ones are moved as one.
 */
final class Layout {
  /** Each array begins at a multiple of this. */
  static final int ALIGNMENT = 64;

  /** Number of the one file that all go to. */
  private static final int TARGET = 0;

  final Map<String, Place> places = new LinkedHashMap<>();
  long length;

  private Region last;

  /** An array's place. */
  static final class Place {
    final ArraySpec spec;
    final long offset;
    private final ArrayData stored;

    /** The Java array, if it is to be copied out; from the first part that is there on. */
    CompletableFuture<HeapData> copy;

    Place(NDArray array, long offset) {
      this.spec = array.spec();
      this.stored = array.data();
      this.offset = offset;
    }
  }

  /** Adds an array, unless its bytes are in this process already. */
  void add(String key, NDArray array) {
    long offset = aligned(length);
    if (array.data() instanceof JoinedData joined
        && joined.parts().stream().allMatch(FileData.class::isInstance)) {
      last = null;
    } else if (array.data() instanceof FileData data) {
      Region where = data.region().orElseThrow();
      long gap = last == null ? -1 : last.gapTo(where);
      if (gap >= 0 && gap <= ReadFeed.MOST_GAP && (length + gap) % ALIGNMENT == 0) {
        offset = length + gap;
      }
      last = where;
    } else if (!(array.data() instanceof DeflatedData)) {
      return;
    }
    places.put(key, new Place(array, offset));
    length = Math.addExact(offset, array.spec().byteSize());
  }

  /** What fills a file that has at least this length. */
  List<Reading> readings() {
    List<Reading> readings = new ArrayList<>(places.size());
    places.forEach((key, place) -> {
      if (place.stored instanceof DeflatedData deflated) {
        readings.add(Reading.of(key, deflated, TARGET, place.offset));
      } else if (place.stored instanceof JoinedData joined) {
        for (int i = 0; i < joined.parts().size(); i++) {
          FileData part = (FileData) joined.parts().get(i);
          readings.add(Reading.of(key, part, TARGET, place.offset + joined.start(i)));
        }
      } else {
        readings.add(Reading.of(key, (FileData) place.stored, TARGET, place.offset));
      }
    });
    return readings;
  }

  /** The plan of a call that fills this file. */
  CallFiles files(Mode mode, Path file) {
    CallFiles files = new CallFiles();
    files.write(mode, file, length);
    return files;
  }

  private static long aligned(long at) {
    return Math.addExact(at, -at & (ALIGNMENT - 1));
  }
}
