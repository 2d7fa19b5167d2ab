package io.parallelsaver.pickle;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the machine works on, beside {@code Long}, {@code Boolean}, {@code String}, {@link Run} and {@link Global}. */
sealed interface Value {
  /** Where a tuple's or a dictionary's items begin. */
  enum Mark implements Value {
    MARK
  }

  /** Python's {@code None}. */
  enum None implements Value {
    NONE
  }

  /** A {@code tuple}. Its items may lead back to it: walk no further than what is expected. */
  record Tuple(List<Object> items) implements Value {
    Object get(int index) {
      return items.get(index);
    }

    int size() {
      return items.size();
    }
  }

  /** A {@code dict} with {@code str} keys. */
  final class Dict implements Value {
    /** About the bytes it takes when it is empty. */
    static final int COST = 128;

    private final Map<String, Object> items = new HashMap<>();

    void put(String key, Object value) {
      items.put(key, value);
    }

    /** The item of a key, or null. */
    Object get(String key) {
      return items.get(key);
    }
  }

  /** A {@code numpy.dtype}: made first, given its state later, and fixed from its first use on. */
  final class Dtype implements Value {
    private DType type;
    private long cost;
    private int depth;
    private boolean fixed;

    Dtype(DType type, long cost, int depth) {
      this.type = type;
      this.cost = cost;
      this.depth = depth;
    }

    /** The type as it is now. */
    DType type() {
      return type;
    }

    /** The type, which can no longer change. */
    DType use() {
      fixed = true;
      return type;
    }

    /** About the bytes that its text takes. */
    long cost() {
      return cost;
    }

    /** Levels of dtypes in dtypes: 0 for a scalar. */
    int depth() {
      return depth;
    }

    boolean isFixed() {
      return fixed;
    }

    /** Takes over another one's type, for good. */
    void become(Dtype other) {
      type = other.type;
      cost = other.cost;
      depth = other.depth;
      fixed = true;
    }
  }

  /** A {@code numpy.ndarray}: empty until it is given its state. */
  final class Ndarray implements Value {
    private ArraySpec spec;
    private Run data;

    boolean isEmpty() {
      return spec == null;
    }

    void fill(ArraySpec itsSpec, Run itsData) {
      spec = itsSpec;
      data = itsData;
    }

    ArraySpec spec() {
      return spec;
    }

    Run data() {
      return data;
    }
  }

  /** A value in a few words, for messages. */
  static String describe(Object value) {
    if (value == null) {
      return "nothing";
    } else if (value instanceof Tuple tuple) {
      return "a tuple of " + tuple.size();
    } else if (value instanceof Dict) {
      return "a dict";
    } else if (value instanceof Dtype) {
      return "a dtype";
    } else if (value instanceof Ndarray) {
      return "an ndarray";
    } else if (value instanceof None) {
      return "None";
    } else if (value instanceof Global) {
      return "a function or class";
    } else if (value instanceof String) {
      return "a numpy.str_";
    }
    return value instanceof Run
        ? value.toString()
        : value instanceof Long ? "the integer " + value : "a bool";
  }
}
