package io.parallelsaver;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.Collections;
import java.util.Map;
import java.util.Set;

/**
 * Restored arrays by key, all in one block of shared memory, as views: nothing was copied into this JVM. Other processes may map the
 * block too, by {@link #table()}. The memory is the saver's again, and is used for its next shared restore, once this is closed: no view
 * may be looked at any more then.
 */
public final class SharedArrays extends AbstractMap<String, NDArray> implements AutoCloseable {
  private final Map<String, NDArray> arrays;
  private final Map<String, Long> offsets;
  private final Path block;
  private final Report report;
  private final Runnable closed;
  private boolean open = true;

  SharedArrays(
      Map<String, NDArray> arrays,
      Map<String, Long> offsets,
      Path block,
      Report report,
      Runnable closed) {
    this.arrays = Collections.unmodifiableMap(arrays);
    this.offsets = offsets;
    this.block = block;
    this.report = report;
    this.closed = closed;
  }

  /** The file that holds all arrays, each at a multiple of 64. */
  public Path block() {
    return block;
  }

  public Report report() {
    return report;
  }

  /**
   * What another process must know, as JSON: {@code {"block": PATH, "arrays": [{"name", "dtype", "shape", "order", "offset"}, ...]}}. In
   * Python an array is {@code np.ndarray(shape, dtype, np.memmap(block, mode='r'), offset, order=order)}.
   */
  public String table() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("block", block.toString());
      json.writeArrayFieldStart("arrays");
      for (Map.Entry<String, Long> entry : offsets.entrySet()) {
        ArraySpec spec = arrays.get(entry.getKey()).spec();
        json.writeStartObject();
        json.writeStringField("name", entry.getKey());
        json.writeStringField("dtype", spec.dtype().descr());
        json.writeFieldName("shape");
        json.writeArray(spec.shape(), 0, spec.ndim());
        json.writeStringField("order", Character.toString(spec.order()));
        json.writeNumberField("offset", entry.getValue());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new SaverException("cannot write the table of " + block + ": " + e, e);
    }
    return text.toString();
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

  /** Gives the block back to the saver. */
  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      closed.run();
    }
  }
}
