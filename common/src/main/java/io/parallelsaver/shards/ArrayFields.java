package io.parallelsaver.shards;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the objects that describe arrays, one after the other. */
final class ArrayFields {
  /** Sets have arrays of few dtypes. */
  private static final int KNOWN = 256;

  private final String file;
  private final Map<String, DType> dtypes = new HashMap<>();

  /** Of the array before: most are like it, and a million need not say so each. */
  private ArraySpec last;

  ArrayFields(String file) {
    this.file = file;
  }

  /** Reads one; the parser is at its name. */
  ShardedArray read(JsonParser json, String key) throws IOException {
    String what = "array " + PythonText.quoteStart(key);
    Fields fields = new Fields(json, json.nextToken(), file, what);
    String descr = null;
    String logical = null;
    boolean fortran = false;
    long[] shape = null;
    List<Part> parts = new ArrayList<>(1);
    while (fields.next()) {
      switch (fields.field()) {
        case "dtype" -> descr = fields.text();
        case "logical_type" -> logical = fields.text();
        case "fortran_order" -> fortran = fields.truth();
        case "shape" -> shape = fields.numbers();
        case "parts" -> parts(json, key, what, parts);
        default -> fields.skip();
      }
    }
    fields.need("dtype", "fortran_order", "shape", "parts");
    try {
      ArraySpec spec = spec(descr, logical, shape, fortran);
      last = spec.equals(last) ? last : spec;
      return new ShardedArray(key, last, parts);
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file + ": " + what + ": " + e.getMessage(), e);
    }
  }

  private ArraySpec spec(String descr, String logical, long[] shape, boolean fortran) {
    DType dtype = dtypes.get(descr);
    if (dtype == null) {
      dtype = NpyHeader.dtype(descr);
      if (dtypes.size() == KNOWN) {
        dtypes.clear();
      }
      dtypes.put(descr, dtype);
    }
    ArraySpec spec = new ArraySpec(dtype, shape, fortran);
    if (logical == null) {
      return spec;
    }
    MlDType type = MlDType.named(logical)
        .orElseThrow(() -> new InputException(file + ": unknown logical_type "
            + PythonText.quoteStart(logical) + "; a newer parallel-saver may know it"));
    return type.stored(spec);
  }

  private void parts(JsonParser json, String key, String what, List<Part> parts)
      throws IOException {
    Fields.expect(json, json.currentToken(), JsonToken.START_ARRAY, file, "parts of " + what);
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      parts.add(part(json, next, key, "part " + parts.size() + " of " + what));
    }
  }

  private Part part(JsonParser json, JsonToken first, String arrayKey, String what)
      throws IOException {
    Fields fields = new Fields(json, first, file, what);
    String key = null;
    int shard = 0;
    long local = 0;
    long header = 0;
    long offset = 0;
    long length = 0;
    int crc = 0;
    long rows = 0;
    while (fields.next()) {
      switch (fields.field()) {
        case "shard" -> shard = (int) Math.min(Integer.MAX_VALUE, fields.number());
        case "key" -> {
          String text = fields.text();
          key = text.equals(arrayKey) ? arrayKey : text;
        }
        case "local" -> local = fields.number();
        case "header" -> header = fields.number();
        case "offset" -> offset = fields.number();
        case "length" -> length = fields.number();
        case "crc32" -> crc = fields.unsigned();
        case "rows" -> rows = fields.number();
        default -> fields.skip();
      }
    }
    fields.need("shard", "key", "local", "header", "offset", "length", "crc32", "rows");
    try {
      return new Part(shard, key, local, header, offset, length, crc, rows);
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file + ": " + what + ": " + e.getMessage(), e);
    }
  }
}
