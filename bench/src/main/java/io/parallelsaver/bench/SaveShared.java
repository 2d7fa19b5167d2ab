package io.parallelsaver.bench;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.SharedArray;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.output.Durability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Arrays that are in shared memory already to an archive. */
final class SaveShared extends Save {
  private final List<SharedArray> shared = new ArrayList<>();
  private NamedArrays arrays = NamedArrays.of();

  SaveShared(Workbench bench) {
    super(
        bench,
        "save shared",
        "numpy.savez",
        Sample.EIGHT,
        Durability.NONE,
        "savez",
        "8 arrays that were made in shared memory, to one archive; nothing is forced to the device.");
  }

  @Override
  void prepare() {
    super.prepare();
    for (Map.Entry<String, NDArray> entry : bench.arrays(sample).asMap().entrySet()) {
      NDArray array = entry.getValue();
      SharedArray copy = saver().allocate(DType.FLOAT64, array.shape());
      shared.add(copy);
      array.data().read(0, copy.buffer());
      arrays.and(entry.getKey(), copy.array());
    }
  }

  @Override
  double ours() {
    return seconds(() -> saver().save(ours, arrays));
  }

  @Override
  public void close() {
    arrays = NamedArrays.of();
    shared.forEach(SharedArray::close);
    shared.clear();
    super.close();
  }
}
