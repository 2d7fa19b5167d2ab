package io.parallelsaver.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.safetensors.SafetensorsHeader.Tensor;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and checks the header of one file. The JSON text is parsed as it streams by. */
final class HeaderReader {
  /** More axes than any NumPy allows. */
  private static final int MAX_NDIM = 64;

  /** No interned names: they are the file's, and there may be millions. */
  private static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxNumberLength(20)
          .maxNameLength(1 << 16)
          .build())
      .build();

  private final Path file;
  private final FileChannel channel;
  private final long fileSize;
  private final boolean mayBeCutOff;
  private final List<Tensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private Map<String, String> metadata = Map.of();
  private long dataOffset;

  /**
   * @param mayBeCutOff whether tensors may end beyond the end of the file
   */
  HeaderReader(Path file, FileChannel channel, boolean mayBeCutOff) throws IOException {
    this.file = file;
    this.channel = channel;
    this.mayBeCutOff = mayBeCutOff;
    this.fileSize = channel.size();
  }

  SafetensorsHeader read() throws IOException {
    long length = length();
    dataOffset = SafetensorsHeader.PREFIX + length;
    RegionStream text = new RegionStream(channel, SafetensorsHeader.PREFIX, length);
    try (Reader reader = new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder());
        JsonParser json = JSON.createParser(reader)) {
      header(json);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new CorruptException(
          file + ": the header is not JSON as expected: " + e.getOriginalMessage()
              + (at == null ? "" : " (character " + at.getCharOffset() + ")"),
          e);
    } catch (CharacterCodingException e) {
      throw new CorruptException(file + ": the header is not UTF-8", e);
    }
    tensors.sort(Comparator.comparingLong(Tensor::offset).thenComparingLong(Tensor::end));
    validate();
    return new SafetensorsHeader(tensors, metadata, dataOffset);
  }

  private long length() throws IOException {
    ByteBuffer start = ByteBuffer.allocate(SafetensorsHeader.PREFIX + 1);
    while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {
      continue;
    }
    if (start.hasRemaining()) {
      throw corrupt("a safetensors file has a header of at least 10 bytes; it is cut off");
    }
    long length = start.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 0 || length > SafetensorsHeader.MAX_LENGTH) {
      throw corrupt("a header of " + Long.toUnsignedString(length)
          + " bytes, longer than the limit of " + SafetensorsHeader.MAX_LENGTH
          + "; it is no safetensors file");
    }
    if (length > fileSize - SafetensorsHeader.PREFIX) {
      throw corrupt("a header of " + length + " bytes goes beyond the end of the file at "
          + fileSize + "; it is cut off");
    }
    if (start.get(SafetensorsHeader.PREFIX) != '{') {
      throw corrupt("the header does not begin with {");
    }
    return length;
  }

  private void header(JsonParser json) throws IOException {
    expect(json, json.nextToken(), JsonToken.START_OBJECT, "the header");
    boolean hasMetadata = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken first = json.nextToken();
      if (name.equals(SafetensorsHeader.METADATA)) {
        if (hasMetadata) {
          throw corrupt(SafetensorsHeader.METADATA + " stands twice");
        }
        hasMetadata = true;
        metadata = metadata(json, first);
      } else if (names.add(name)) {
        expect(json, first, JsonToken.START_OBJECT, tensor(name));
        tensors.add(tensor(json, name));
      } else {
        throw corrupt(tensor(name) + " stands twice");
      }
    }
    if (json.nextToken() != null) {
      throw corrupt("the header goes on after its end");
    }
  }

  private Map<String, String> metadata(JsonParser json, JsonToken first) throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    if (first == JsonToken.VALUE_NULL) {
      return entries;
    }
    expect(json, first, JsonToken.START_OBJECT, SafetensorsHeader.METADATA);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      String what = SafetensorsHeader.METADATA + " " + SafetensorsHeader.quote(key);
      expect(json, json.nextToken(), JsonToken.VALUE_STRING, what);
      if (entries.put(key, json.getText()) != null) {
        throw corrupt(what + " stands twice");
      }
    }
    return entries;
  }

  /** One tensor's object. Fields of other names are left alone, as the format's own library does. */
  private Tensor tensor(JsonParser json, String name) throws IOException {
    String dtype = null;
    long[] shape = null;
    long[] offsets = null;
    Set<String> seen = new HashSet<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      if (!seen.add(field)) {
        throw corrupt(SafetensorsHeader.quote(field) + " of " + tensor(name) + " stands twice");
      }
      JsonToken first = json.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(json, first, JsonToken.VALUE_STRING, "dtype of " + tensor(name));
          dtype = json.getText();
        }
        case "shape" -> shape = integers(json, first, "shape of " + tensor(name));
        case "data_offsets" -> offsets = integers(json, first, "data_offsets of " + tensor(name));
        default -> json.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
      throw corrupt(tensor(name) + " lacks dtype, shape or two data_offsets");
    }
    return place(name, type(name, dtype), shape, offsets);
  }

  private TensorType type(String name, String dtype) {
    return TensorType.named(dtype).orElseThrow(() -> {
      boolean packed = dtype.equals("F4") || dtype.startsWith("F6_");
      return new InputException(file + ": " + tensor(name) + " has dtype "
          + SafetensorsHeader.quote(dtype)
          + (packed
              ? ", whose elements are parts of bytes, which NumPy cannot have; unpack it first"
              : ", known are " + Arrays.toString(TensorType.values())));
    });
  }

  private Tensor place(String name, TensorType type, long[] shape, long[] offsets) {
    ArraySpec spec;
    try {
      spec = type.spec(shape);
    } catch (IllegalArgumentException e) {
      throw corrupt(tensor(name) + ": " + e.getMessage());
    }
    long room = (mayBeCutOff ? Long.MAX_VALUE : fileSize) - dataOffset;
    if (offsets[0] > offsets[1] || offsets[1] > room) {
      throw corrupt(tensor(name) + " has bytes " + offsets[0] + " to " + offsets[1] + " of " + room
          + " that follow the header");
    }
    if (offsets[1] - offsets[0] != spec.byteSize()) {
      throw corrupt(tensor(name) + " takes " + spec.byteSize() + " bytes by dtype and shape, but "
          + (offsets[1] - offsets[0]) + " by data_offsets");
    }
    return new Tensor(name, type, spec, dataOffset + offsets[0]);
  }

  private long[] integers(JsonParser json, JsonToken first, String what) throws IOException {
    expect(json, first, JsonToken.START_ARRAY, what);
    long[] values = new long[MAX_NDIM];
    int count = 0;
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      expect(json, next, JsonToken.VALUE_NUMBER_INT, what);
      long value = json.getLongValue();
      if (value < 0 || count == values.length) {
        throw corrupt(
            what + " holds " + (value < 0 ? "a negative number" : "more than 64 numbers"));
      }
      values[count++] = value;
    }
    return Arrays.copyOf(values, count);
  }

  private void validate() {
    long end = dataOffset;
    for (Tensor tensor : tensors) {
      if (tensor.offset() != end) {
        throw corrupt(tensor(tensor.name()) + " begins at byte " + tensor.offset()
            + (tensor.offset() < end ? ", before byte " : ", after byte ") + end
            + " where the one before it ends");
      }
      end = tensor.end();
    }
    if (end < fileSize || end > fileSize && !mayBeCutOff) {
      throw corrupt("the tensors end at byte " + end + ", the file at " + fileSize);
    }
  }

  private void expect(JsonParser json, JsonToken found, JsonToken wanted, String what) {
    if (found != wanted) {
      throw corrupt(what + " is no " + wanted + " but " + found + " (character "
          + json.currentTokenLocation().getCharOffset() + " of the header)");
    }
  }

  private static String tensor(String name) {
    return "tensor " + SafetensorsHeader.quote(name);
  }

  private CorruptException corrupt(String what) {
    return new CorruptException(file + ": " + what);
  }
}
