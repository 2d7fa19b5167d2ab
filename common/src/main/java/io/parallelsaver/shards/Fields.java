package io.parallelsaver.shards;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.CorruptException;
import java.io.IOException;
import java.util.Arrays;

/** The fields of one JSON object, none of which may be there twice. */
final class Fields {
  /** More axes than any NumPy has. */
  private static final int MAX_NDIM = 256;

  private final JsonParser json;
  private final String file;
  private final String what;

  /** A million objects have a few fields each. */
  private String[] seen = new String[8];

  private int count;
  private String field;

  /**
   * @param first the token that the object begins with
   * @param what the object is, for messages
   */
  Fields(JsonParser json, JsonToken first, String file, String what) throws IOException {
    this.json = json;
    this.file = file;
    this.what = what;
    expect(json, first, JsonToken.START_OBJECT, file, what);
  }

  static void expect(JsonParser json, JsonToken found, JsonToken wanted, String file, String what) {
    if (found != wanted) {
      throw new CorruptException(file + ": expected " + what + " to be " + wanted + ", found "
          + (found == null ? "the end of the file" : found) + " (line "
          + json.currentTokenLocation().getLineNr() + ")");
    }
  }

  /** Goes to the next field; false if there is none. */
  boolean next() throws IOException {
    if (json.nextToken() != JsonToken.FIELD_NAME) {
      return false;
    }
    field = json.currentName();
    if (has(field)) {
      throw new CorruptException(file + ": " + subject() + " stands twice");
    }
    seen = count == seen.length ? Arrays.copyOf(seen, 2 * count) : seen;
    seen[count++] = field;
    json.nextToken();
    return true;
  }

  String field() {
    return field;
  }

  private String subject() {
    return PythonText.quoteStart(field) + " of " + what;
  }

  private void expect(JsonToken wanted) {
    expect(json, json.currentToken(), wanted, file, subject());
  }

  String text() throws IOException {
    expect(JsonToken.VALUE_STRING);
    return json.getText();
  }

  /** A number that is not negative. */
  long number() throws IOException {
    expect(JsonToken.VALUE_NUMBER_INT);
    long value = json.getLongValue();
    if (value < 0) {
      throw new CorruptException(file + ": " + subject() + " is negative: " + value);
    }
    return value;
  }

  /** A number of so many bits. */
  int unsigned() throws IOException {
    long value = number();
    if (value > 0xFFFFFFFFL) {
      throw new CorruptException(
          file + ": expected " + subject() + " to be at most 4294967295, found " + value);
    }
    return (int) value;
  }

  boolean truth() {
    if (json.currentToken() != JsonToken.VALUE_TRUE) {
      expect(JsonToken.VALUE_FALSE);
    }
    return json.currentToken() == JsonToken.VALUE_TRUE;
  }

  long[] numbers() throws IOException {
    expect(JsonToken.START_ARRAY);
    long[] values = new long[4];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (count == MAX_NDIM) {
        throw new CorruptException(
            file + ": " + subject() + " has more than " + MAX_NDIM + " numbers");
      }
      values = count == values.length ? Arrays.copyOf(values, 2 * count) : values;
      values[count++] = number();
    }
    return Arrays.copyOf(values, count);
  }

  void skip() throws IOException {
    json.skipChildren();
  }

  boolean has(String name) {
    for (int i = 0; i < count; i++) {
      if (seen[i].equals(name)) {
        return true;
      }
    }
    return false;
  }

  void need(String... names) {
    for (String name : names) {
      if (!has(name)) {
        throw new CorruptException(file + ": " + what + " has no " + PythonText.quote(name));
      }
    }
  }
}
