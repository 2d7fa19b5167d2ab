package io.parallelsaver.shards;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads an index as it streams by, and believes nothing of it: what is there twice or is missing, numbers that cannot be, parts outside
 * their shards, sums that are wrong are each refused, with what was expected and found. Fields it does not know are left alone.
 */
public final class IndexReader {
  /** No interned names: they are the file's, and there may be millions. */
  private static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxNumberLength(20)
          .maxNameLength(1 << 16)
          .maxStringLength(1 << 24)
          .build())
      .build();

  private final String name;
  private final Consumer<ShardedArray> arrays;
  private final Tally tally;
  private final Set<String> sections = new HashSet<>();

  private long version = -1;
  private long totalSize = -1;
  private Optional<String> set = Optional.empty();
  private List<Shard> shards;

  /** An index as a stream of bytes. */
  public interface Source {
    InputStream open() throws IOException;
  }

  private IndexReader(String name, Consumer<ShardedArray> arrays, Tally tally) {
    this.name = name;
    this.arrays = arrays;
    this.tally = tally;
  }

  /**
   * Reads an index from beginning to end.
   *
   * @param arrays is told of each array, in the order of the file; nothing is certain before this method returns
   * @throws CorruptException if it is no index of a sharded set, or says what cannot be
   * @throws InputException if it cannot be read
   */
  public static IndexHead read(Path index, Consumer<ShardedArray> arrays) {
    return read(index.toString(), () -> Files.newInputStream(index), arrays);
  }

  /**
   * Reads an index likewise, from wherever it is.
   *
   * @param name of the index, for messages
   * @param source is opened a second time where something is to be looked at more closely
   */
  public static IndexHead read(String name, Source source, Consumer<ShardedArray> arrays) {
    Tally quick = Tally.quick();
    IndexReader reader = new IndexReader(name, arrays, quick);
    IndexHead head = reader.read(source, true);
    if (quick.isDoubtful()) {
      // By 64 bits of each name something is there twice, or in one list and not in the other. By
      // the names themselves it can be said what; or that nothing is wrong.
      new IndexReader(name, array -> {}, Tally.exact()).read(source, true);
    }
    return head;
  }

  /** Reads what an index says of the set, and no further than necessary. */
  public static IndexHead head(Path index) {
    IndexReader reader = new IndexReader(index.toString(), array -> {}, Tally.quick());
    return reader.read(() -> Files.newInputStream(index), false);
  }

  private IndexHead read(Source source, boolean whole) {
    try (InputStream bytes = source.open();
        Reader text = new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder());
        JsonParser json = JSON.createParser(text)) {
      return document(json, whole);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new CorruptException(
          name + ": the index is not JSON as expected: " + e.getOriginalMessage()
              + (at == null ? "" : " (line " + at.getLineNr() + ")"),
          e);
    } catch (CharacterCodingException e) {
      throw new CorruptException(name + ": the index is not UTF-8", e);
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + e.getFile(), e);
    } catch (IOException e) {
      throw new InputException("cannot read " + name + ": " + e, e);
    }
  }

  private IndexHead document(JsonParser json, boolean whole) throws IOException {
    Fields.expect(json, json.nextToken(), JsonToken.START_OBJECT, name, "the index");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String section = json.currentName();
      if (!sections.add(section)) {
        throw corrupt(PythonText.quoteStart(section) + " stands twice");
      }
      JsonToken first = json.nextToken();
      switch (section) {
        case "metadata" -> metadata(json, first);
        case "shards" -> shards(json, first);
        case "arrays" -> arrays(json, first, whole);
        case "weight_map" -> weightMap(json, first, whole);
        default -> json.skipChildren();
      }
      if (!whole && version >= 0 && shards != null) {
        return head();
      }
    }
    if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
      throw corrupt("something follows the end of the index");
    }
    for (String needed : List.of("metadata", "shards", "arrays", "weight_map")) {
      if (!sections.contains(needed)) {
        throw corrupt("there is no " + PythonText.quote(needed)
            + (sections.contains("weight_map")
                ? "; an index of a model hub says in which file an array is, but not where"
                : ""));
      }
    }
    IndexHead head = head();
    tally.check(name, head);
    return head;
  }

  private IndexHead head() {
    try {
      return new IndexHead(totalSize, set, shards);
    } catch (IllegalArgumentException e) {
      throw new CorruptException(name + ": " + e.getMessage(), e);
    }
  }

  private void metadata(JsonParser json, JsonToken first) throws IOException {
    Fields fields = new Fields(json, first, name, "metadata");
    while (fields.next()) {
      switch (fields.field()) {
        case "version" -> version = fields.number();
        case "total_size" -> totalSize = fields.number();
        case "set" -> set = Optional.of(fields.text());
        default -> fields.skip();
      }
    }
    fields.need("total_size");
    if (!fields.has("version")) {
      throw corrupt("metadata has no 'version'; an index of a model hub says in which file an array"
          + " is, but not where");
    }
    if (version < 1 || version > IndexWriter.VERSION) {
      throw new InputException(name + ": version of the index is " + version + ", known are 1 to "
          + IndexWriter.VERSION + "; a newer parallel-saver may read it");
    }
  }

  private void shards(JsonParser json, JsonToken first) throws IOException {
    Fields.expect(json, first, JsonToken.START_ARRAY, name, "shards");
    shards = new ArrayList<>();
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      String what = "shard " + shards.size();
      if (shards.size() == IndexHead.MOST_SHARDS) {
        throw corrupt("more than " + IndexHead.MOST_SHARDS + " shards");
      }
      Fields fields = new Fields(json, next, name, what);
      String file = null;
      long size = 0;
      while (fields.next()) {
        switch (fields.field()) {
          case "file" -> file = fields.text();
          case "size" -> size = fields.number();
          default -> fields.skip();
        }
      }
      fields.need("file", "size");
      try {
        shards.add(new Shard(file, size));
      } catch (IllegalArgumentException e) {
        throw new CorruptException(name + ": " + what + ": " + e.getMessage(), e);
      }
    }
  }

  private void arrays(JsonParser json, JsonToken first, boolean whole) throws IOException {
    Fields.expect(json, first, JsonToken.START_OBJECT, name, "arrays");
    if (!whole) {
      json.skipChildren();
      return;
    }
    ArrayFields reader = new ArrayFields(name);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      ShardedArray array = reader.read(json, key);
      tally.array(name, array);
      arrays.accept(array);
    }
  }

  private void weightMap(JsonParser json, JsonToken first, boolean whole) throws IOException {
    Fields.expect(json, first, JsonToken.START_OBJECT, name, "weight_map");
    if (!whole) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      Fields.expect(
          json,
          json.nextToken(),
          JsonToken.VALUE_STRING,
          name,
          "weight_map of " + PythonText.quoteStart(key));
      tally.mapped(name, key, json.getText());
    }
  }

  private CorruptException corrupt(String what) {
    return new CorruptException(name + ": " + what);
  }
}
