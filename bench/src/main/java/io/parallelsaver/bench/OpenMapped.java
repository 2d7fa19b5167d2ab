package io.parallelsaver.bench;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.stored.StoredArrays;
import java.util.Map;

/** A view of every array of an archive of ours, where it stands. */
final class OpenMapped extends Restore {
  private Map<String, NDArray> views;

  OpenMapped(Workbench bench, String peer) {
    super(
        bench,
        "open map",
        peer,
        Sample.EIGHT,
        SaverOptions.STORED,
        "load",
        "8 arrays, each as a view of the mapped file of which the first and the last element were looked at; no checksums.");
  }

  @Override
  void tidy() {
    views = null;
  }

  @Override
  double ours() {
    return seconds(() -> {
      try (StoredArrays stored = StoredArrays.open(file)) {
        views = stored.all();
        views.values().forEach(view -> {
          view.getDouble(0);
          view.getDouble(view.size() - 1);
        });
      }
    });
  }

  @Override
  void checkOurs() {
    bench.mustEqual(sample, views, file);
  }
}
