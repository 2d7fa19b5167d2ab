package io.parallelsaver.fuzz;

import static io.parallelsaver.fuzz.FuzzInput.check;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.error.InputException;
import io.parallelsaver.safetensors.SafetensorsHeader;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The header of a safetensors file. */
public final class SafetensorsTarget {
  private static final FuzzInput FILE = new FuzzInput("fuzzed.safetensors");

  private SafetensorsTarget() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    FILE.hold(input);
    FuzzInput.measured(input, () -> read(input.length));
  }

  private static void read(long size) {
    SafetensorsHeader header;
    try {
      header = SafetensorsHeader.read(FILE.path(), FILE.channel());
    } catch (InputException e) {
      FILE.checkRefusal(e);
      return;
    }
    long end = header.dataOffset();
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    for (Tensor tensor : header.tensors()) {
      check(tensor.offset() == end, tensor + " does not begin at " + end);
      end = tensor.end();
      specs.put(tensor.name(), tensor.spec());
    }
    check(end == size, "tensors end at " + end + ", the file at " + size);
    check(specs.size() == header.tensors().size(), "two tensors have one name");
  }
}
