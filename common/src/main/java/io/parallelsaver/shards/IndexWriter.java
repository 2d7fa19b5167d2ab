package io.parallelsaver.shards;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.io.OutputStream;

/** Writes an index, each array as it comes: memory in use does not grow with their number. */
public final class IndexWriter {
  /** What the layout is called by its number; a reader refuses larger ones. */
  static final int VERSION = 1;

  private static final JsonFactory JSON = new JsonFactory();

  private IndexWriter() {}

  /**
   * Writes an index.
   *
   * @param arrays is gone through twice, and must say the same each time
   * @throws IllegalArgumentException if a part stands outside its shard, or the parts do not add up to {@link IndexHead#totalSize()}
   */
  public static void write(OutputStream out, IndexHead head, Iterable<ShardedArray> arrays)
      throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setPrettyPrinter(new LineForEach());
      json.writeStartObject();
      head(json, head);
      json.writeObjectFieldStart("arrays");
      long total = 0;
      for (ShardedArray array : arrays) {
        array(json, array);
        for (Part part : array.parts()) {
          check(head, array, part);
          total += part.length();
        }
      }
      if (total != head.totalSize()) {
        throw new IllegalArgumentException(
            "the arrays take " + total + " bytes, the head says " + head.totalSize());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("weight_map");
      for (ShardedArray array : arrays) {
        for (Part part : array.parts()) {
          json.writeStringField(part.key(), head.shards().get(part.shard()).file());
        }
      }
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void check(IndexHead head, ShardedArray array, Part part) {
    if (part.shard() >= head.shards().size()
        || part.end() > head.shards().get(part.shard()).size()) {
      throw new IllegalArgumentException(
          "array " + array.key() + " stands outside its shard: " + part);
    }
  }

  private static void head(JsonGenerator json, IndexHead head) throws IOException {
    json.writeObjectFieldStart("metadata");
    json.writeNumberField("version", VERSION);
    json.writeNumberField("total_size", head.totalSize());
    if (head.set().isPresent()) {
      json.writeStringField("set", head.set().get());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("shards");
    for (Shard shard : head.shards()) {
      json.writeStartObject();
      json.writeStringField("file", shard.file());
      json.writeNumberField("size", shard.size());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void array(JsonGenerator json, ShardedArray array) throws IOException {
    ArraySpec spec = array.spec();
    json.writeObjectFieldStart(array.key());
    json.writeStringField("dtype", NpyHeader.descr(spec.dtype()));
    if (spec.logicalType().isPresent()) {
      json.writeStringField("logical_type", spec.logicalType().get().toString());
    }
    json.writeBooleanField("fortran_order", spec.fortranOrder());
    json.writeFieldName("shape");
    json.writeArray(spec.shape(), 0, spec.ndim());
    json.writeArrayFieldStart("parts");
    for (Part part : array.parts()) {
      json.writeStartObject();
      json.writeNumberField("shard", part.shard());
      json.writeStringField("key", part.key());
      json.writeNumberField("local", part.local());
      json.writeNumberField("header", part.header());
      json.writeNumberField("offset", part.offset());
      json.writeNumberField("length", part.length());
      json.writeNumberField("crc32", part.crc() & 0xFFFFFFFFL);
      json.writeNumberField("rows", part.rows());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** A line for each array, shard and entry of the map, so that people and line-wise tools can look into it. */
  private static final class LineForEach extends MinimalPrettyPrinter {
    private static final long serialVersionUID = 1L;
    private static final int LINES = 2;

    private int depth;

    @Override
    public void writeStartObject(JsonGenerator json) throws IOException {
      super.writeStartObject(json);
      depth++;
    }

    @Override
    public void writeEndObject(JsonGenerator json, int count) throws IOException {
      depth--;
      super.writeEndObject(json, count);
    }

    @Override
    public void writeStartArray(JsonGenerator json) throws IOException {
      super.writeStartArray(json);
      depth++;
    }

    @Override
    public void writeEndArray(JsonGenerator json, int count) throws IOException {
      depth--;
      super.writeEndArray(json, count);
    }

    @Override
    public void beforeObjectEntries(JsonGenerator json) throws IOException {
      lineBreak(json);
    }

    @Override
    public void beforeArrayValues(JsonGenerator json) throws IOException {
      lineBreak(json);
    }

    @Override
    public void writeObjectEntrySeparator(JsonGenerator json) throws IOException {
      super.writeObjectEntrySeparator(json);
      lineBreak(json);
    }

    @Override
    public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
      super.writeArrayValueSeparator(json);
      lineBreak(json);
    }

    private void lineBreak(JsonGenerator json) throws IOException {
      if (depth <= LINES) {
        json.writeRaw('\n');
      }
    }
  }
}
