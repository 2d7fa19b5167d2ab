package io.parallelsaver;

import io.parallelsaver.array.NDArray;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/** Restored arrays by key, in the archive's order, with the report of the call. Cannot be changed. */
public final class RestoredArrays extends AbstractMap<String, NDArray> {
  private final Map<String, NDArray> arrays;
  private final Report report;

  RestoredArrays(Map<String, NDArray> arrays, Report report) {
    this.arrays = Collections.unmodifiableMap(arrays);
    this.report = report;
  }

  public Report report() {
    return report;
  }

  @Override
  public NDArray get(Object key) {
    return arrays.get(key);
  }

  @Override
  public boolean containsKey(Object key) {
    return arrays.containsKey(key);
  }

  @Override
  public Set<Map.Entry<String, NDArray>> entrySet() {
    return arrays.entrySet();
  }
}
