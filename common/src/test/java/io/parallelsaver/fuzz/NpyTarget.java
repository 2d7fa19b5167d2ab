package io.parallelsaver.fuzz;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.npy.NpyHeader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The header of an {@code .npy} array. */
public final class NpyTarget {
  private NpyTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FuzzInput.measured(input, () -> read(input));
  }

  private static void read(byte[] input) {
    NpyHeader header;
    try {
      int length = NpyHeader.length(ByteBuffer.wrap(input), NpyHeader.MAX_LENGTH);
      header = NpyHeader.parse(ByteBuffer.wrap(input));
      check(header.length() == length, "two lengths, " + length + " and " + header.length());
    } catch (IllegalArgumentException refused) {
      check(refused.getMessage().length() < 1200, "a refusal of many characters");
      return;
    }
    ArraySpec spec = header.spec();
    check(header.length() <= input.length, "a header longer than its bytes");
    check(spec.byteSize() >= 0, "bytes of " + spec);
    if (!spec.dtype().hasObject()) {
      NpyHeader again = NpyHeader.parse(ByteBuffer.wrap(NpyHeader.bytes(spec)));
      check(again.spec().equals(spec), "written as " + again.spec() + ", read as " + spec);
    }
  }
}
