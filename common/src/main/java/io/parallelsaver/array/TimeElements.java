package io.parallelsaver.array;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Times and spans of time: 64-bit integers, which count steps of the dtype's unit. */
final class TimeElements extends Elements {
  private final ScalarType dtype;

  TimeElements(ScalarType dtype) {
    super(dtype, dtype.kind() == 'M' ? "getInstant() or getLong()" : "getDuration() or getLong()");
    this.dtype = dtype;
    if (dtype.itemSize() != 8) {
      throw new UnsupportedOperationException("NumPy has no dtype " + dtype);
    }
  }

  @Override
  long longAt(ByteBuffer bytes, int at) {
    return bytes.getLong(at);
  }

  @Override
  Optional<Instant> instantAt(ByteBuffer bytes, int at) {
    if (dtype.kind() != 'M') {
      return super.instantAt(bytes, at);
    }
    long count = bytes.getLong(at);
    return count == TimeStep.NAT ? Optional.empty() : Optional.of(step().instant(count));
  }

  @Override
  Optional<Duration> durationAt(ByteBuffer bytes, int at) {
    if (dtype.kind() != 'm') {
      return super.durationAt(bytes, at);
    }
    long count = bytes.getLong(at);
    return count == TimeStep.NAT ? Optional.empty() : Optional.of(step().duration(count));
  }

  private TimeStep step() {
    try {
      return TimeStep.parse(dtype.unit());
    } catch (IllegalArgumentException e) {
      throw new UnsupportedOperationException("dtype " + dtype + ": " + e.getMessage(), e);
    }
  }

  @Override
  Object values(NDArray array) {
    return longs(array);
  }
}
