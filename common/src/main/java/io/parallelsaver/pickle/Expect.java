package io.parallelsaver.pickle;

import io.parallelsaver.array.DType;
import io.parallelsaver.array.SubarrayType;
import io.parallelsaver.pickle.Value.Dtype;
import io.parallelsaver.pickle.Value.Tuple;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes values for what they should be, or says what they are instead. */
record Expect(PickleInput in) {
  /** More axes than any NumPy allows. */
  static final int MAX_NDIM = 64;

  private RuntimeException unlike(String what, Object found, String role) {
    return in.corrupt("expected " + what + " " + role + ", found " + Value.describe(found));
  }

  Tuple tuple(Object value, String role) {
    if (value instanceof Tuple tuple) {
      return tuple;
    }
    throw unlike("a tuple", value, role);
  }

  long integer(Object value, String role) {
    if (value instanceof Long integer) {
      return integer;
    }
    throw unlike("an integer", value, role);
  }

  String text(Object value, String role) throws IOException {
    if (value instanceof String text) {
      return text;
    }
    if (value instanceof Run run && run.isText()) {
      return in.text(run);
    }
    throw unlike("a str", value, role);
  }

  Run bytes(Object value, String role) {
    if (value instanceof Run run && run.isBytes()) {
      return run;
    }
    throw unlike("bytes", value, role);
  }

  /** The content of a few bytes. */
  ByteBuffer content(Object value, int limit, String role) throws IOException {
    Run run = bytes(value, role);
    if (run.form() != Run.Form.LATIN1) {
      return ByteBuffer.wrap(in.bytes(run, limit));
    }
    ByteBuffer encoded = ByteBuffer.wrap(in.bytes(run, 2 * limit));
    ByteBuffer out = ByteBuffer.allocate(encoded.remaining());
    Latin1Decoder decoder = new Latin1Decoder();
    try {
      decoder.decode(encoded, out);
      decoder.finish();
    } catch (IllegalArgumentException e) {
      throw in.corrupt(e.getMessage());
    }
    return out.flip();
  }

  Dtype dtype(Object value, String role) {
    if (value instanceof Dtype dtype) {
      return dtype;
    }
    throw unlike("a dtype", value, role);
  }

  /** The dtype of an array. */
  DType elementType(Object value) {
    DType type = dtype(value, "of an array").use();
    if (type instanceof SubarrayType) {
      throw in.corrupt("a sub-array stands only inside a field, found it as an array's dtype");
    }
    return type;
  }

  /** A tuple of extents. */
  long[] shape(Object value, String role) {
    Tuple tuple = tuple(value, role);
    if (tuple.size() > MAX_NDIM) {
      throw in.refused("a shape of " + tuple.size() + " axes; NumPy has at most " + MAX_NDIM);
    }
    long[] shape = new long[tuple.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = integer(tuple.get(i), "as an extent");
      if (shape[i] < 0) {
        throw in.corrupt("negative extent " + shape[i] + " in a shape");
      }
    }
    return shape;
  }
}
