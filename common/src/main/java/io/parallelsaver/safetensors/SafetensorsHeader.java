package io.parallelsaver.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a safetensors file begins with: names, types, shapes and places of its tensors.
 *
 * <pre>
 *  0               8                 8 + N                      end of file
 *  | N (u64)        | JSON, spaces    | bytes of the first tensor | of the second ... |
 *
 *  {"__metadata__": {"format": "pt"}, "NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}
 * </pre>
 *
 * <p>Little endian, C order, no gaps. As the format's own library does, {@link #of} puts the tensors with the widest elements first and
 * equal ones in the order of their names: so every tensor begins at a multiple of its element's size.
 *
 * <p>Source: {@code README.md} and {@code safetensors/src/tensor.rs} of the safetensors project.
 *
 * @param tensors in the order of their bytes
 * @param metadata what else the header says
 * @param dataOffset offset of the first tensor in the file
 */
public record SafetensorsHeader(
    List<Tensor> tensors, Map<String, String> metadata, long dataOffset) {
  /** Longest JSON text. */
  public static final int MAX_LENGTH = 100_000_000;

  /** The key that is no tensor's name. */
  static final String METADATA = "__metadata__";

  /** Bytes of the length that stands first. */
  static final int PREFIX = 8;

  private static final int ALIGNMENT = 64;

  public SafetensorsHeader {
    tensors = List.copyOf(tensors);
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * One tensor.
   *
   * @param name its key
   * @param type type of its elements
   * @param spec the same as an array of NumPy
   * @param offset of the first byte in the file
   */
  public record Tensor(String name, TensorType type, ArraySpec spec, long offset) {
    public Region region(Path file) {
      return new Region(file, offset, spec.byteSize());
    }

    /** Offset behind the last byte in the file. */
    public long end() {
      return offset + spec.byteSize();
    }
  }

  /**
   * Places arrays in a file.
   *
   * @param arrays name to array; all in C order and little endian
   * @param metadata anything, to be kept in the header
   * @throws InputException if an array has no counterpart in the format, or the names take more than {@link #MAX_LENGTH} bytes
   */
  public static SafetensorsHeader of(Map<String, ArraySpec> arrays, Map<String, String> metadata) {
    List<Tensor> placed = new ArrayList<>(arrays.size());
    arrays.forEach((name, spec) -> placed.add(Counterpart.of(name, spec)));
    placed.sort(Comparator.comparing(Tensor::type)
        .reversed()
        .thenComparing(
            tensor -> tensor.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned));
    // The text's length does not depend on where the file's data begins: offsets in it count from
    // there.
    long start = PREFIX + json(place(placed, 0), metadata, 0).length;
    long aligned = start + Math.floorMod(-start, ALIGNMENT);
    if (aligned - PREFIX > MAX_LENGTH) {
      throw new InputException("the names of " + arrays.size() + " arrays make a header of "
          + (aligned - PREFIX) + " bytes, more than the " + MAX_LENGTH
          + " that a safetensors file may have; save them in several files");
    }
    return new SafetensorsHeader(place(placed, aligned), metadata, aligned);
  }

  private static List<Tensor> place(List<Tensor> tensors, long start) {
    List<Tensor> placed = new ArrayList<>(tensors.size());
    long at = start;
    for (Tensor tensor : tensors) {
      Tensor here = new Tensor(tensor.name(), tensor.type(), tensor.spec(), at);
      placed.add(here);
      at = Math.addExact(at, here.spec().byteSize());
    }
    return placed;
  }

  /** Bytes of the whole file. */
  public long fileSize() {
    return tensors.isEmpty() ? dataOffset : tensors.get(tensors.size() - 1).end();
  }

  /** The first {@link #dataOffset()} bytes of the file. */
  public byte[] bytes() {
    byte[] json = json(tensors, metadata, dataOffset);
    byte[] out = new byte[Math.toIntExact(dataOffset)];
    Arrays.fill(out, (byte) ' ');
    ByteBuffer.wrap(out)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(dataOffset - PREFIX)
        .put(json);
    return out;
  }

  private static byte[] json(List<Tensor> tensors, Map<String, String> metadata, long origin) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Tensor tensor : tensors) {
        long[] offsets = {tensor.offset() - origin, tensor.end() - origin};
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.type().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.spec().shape(), 0, tensor.spec().ndim());
        json.writeFieldName("data_offsets");
        json.writeArray(offsets, 0, offsets.length);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Reads the header of a file and checks it as the format's own library does: the tensors' bytes follow each other without gap or
   * overlap, are as many as type and shape say, and end where the file ends. Beyond that, names must not stand twice.
   *
   * @param file named in messages
   * @param channel the open file
   * @throws CorruptException if it is no such file
   * @throws InputException if a tensor's type has no counterpart in NumPy
   */
  public static SafetensorsHeader read(Path file, FileChannel channel) {
    return read(file, channel, false);
  }

  /**
   * Reads the header of a file that may be cut off behind it: tensors that end beyond the end of the file are no reason to refuse it.
   *
   * @throws CorruptException as {@link #read}, for any other reason
   * @throws InputException as {@link #read}
   */
  public static SafetensorsHeader readCutOff(Path file, FileChannel channel) {
    return read(file, channel, true);
  }

  private static SafetensorsHeader read(Path file, FileChannel channel, boolean cutOff) {
    try {
      return new HeaderReader(file, channel, cutOff).read();
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e, e);
    }
  }

  /** A name for a message. */
  static String quote(String name) {
    return PythonText.quoteStart(name);
  }
}
