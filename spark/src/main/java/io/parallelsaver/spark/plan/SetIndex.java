package io.parallelsaver.spark.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.spark.storage.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** INTERIM, until the sharded sets' own index is there. */
public final class SetIndex {
  public static final String SUFFIX = ".npz.index.json";

  private SetIndex() {}

  public static String path(String directory) {
    return Storage.child(directory, Storage.name(directory) + SUFFIX);
  }

  public static List<ArrayPlace> read(Storage storage, String index, Headers headers)
      throws IOException {
    return readIndex(storage, index, headers);
  }

  public static List<ArrayPlace> readIndex(Storage storage, String index, Headers headers)
      throws IOException {
    String directory = index.substring(0, index.lastIndexOf('/'));
    List<ArrayPlace> arrays = new ArrayList<>();
    try (JsonParser in =
        new JsonFactory().createParser(Files.newInputStream(storage.local(index).orElseThrow()))) {
      while (in.nextToken() != null) {
        if (in.currentToken() == JsonToken.START_ARRAY && "a".equals(in.currentName())) {
          String key = in.nextTextValue();
          String dtype = in.nextTextValue();
          String shape = in.nextTextValue();
          String file = in.nextTextValue();
          long offset = in.nextLongValue(0);
          long crc = in.nextLongValue(0);
          long[] dims = shape.isEmpty()
              ? new long[0]
              : java.util.Arrays.stream(shape.split(","))
                  .mapToLong(Long::parseLong)
                  .toArray();
          ArraySpec spec = DTypeText.parse(dtype, dims);
          arrays.add(new ArrayPlace(key, headers.of(spec), new Piece[] {
            Piece.stored(
                Storage.child(directory, file), offset, spec.byteSize(), OptionalInt.of((int) crc))
          }));
        }
      }
    }
    return arrays;
  }

  public static void write(Storage storage, String path, List<ArrayPlace> arrays, boolean durable)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(storage.local(path).orElseThrow());
        JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.writeStartObject();
      for (ArrayPlace array : arrays) {
        json.writeFieldName("a");
        json.writeStartArray();
        json.writeString(array.key());
        json.writeString(DTypeText.of(array.spec()));
        StringBuilder shape = new StringBuilder();
        for (long extent : array.spec().shape()) {
          shape.append(shape.isEmpty() ? "" : ",").append(extent);
        }
        json.writeString(shape.toString());
        json.writeString(Storage.name(array.pieces()[0].file()));
        json.writeNumber(array.pieces()[0].offset());
        json.writeNumber(array.pieces()[0].crc());
        json.writeEndArray();
      }
      json.writeEndObject();
    }
  }
}
