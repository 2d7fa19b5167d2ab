package io.parallelsaver.testing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists, texts and numbers. */
public final class JsonText {
  private JsonText() {}

  /** The one document that a text must be; a name that is there twice is an error. */
  public static Object parse(String text) {
    try (JsonParser in = new JsonFactory().createParser(text)) {
      in.nextToken();
      Object document = value(in);
      if (in.nextToken() != null) {
        throw new AssertionError("more than one document: " + text);
      }
      return document;
    } catch (IOException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  /** Follows names of members, and numbers of elements, from a document inwards. */
  public static Object at(Object document, Object... way) {
    Object found = document;
    for (Object step : way) {
      found = step instanceof Integer index
          ? ((List<?>) found).get(index)
          : ((Map<?, ?>) found).get(step);
    }
    return found;
  }

  private static Object value(JsonParser in) throws IOException {
    if (in.currentToken() == JsonToken.START_OBJECT) {
      Map<String, Object> members = new LinkedHashMap<>();
      while (in.nextToken() != JsonToken.END_OBJECT) {
        String name = in.currentName();
        in.nextToken();
        if (members.put(name, value(in)) != null) {
          throw new AssertionError("twice: " + name);
        }
      }
      return members;
    } else if (in.currentToken() == JsonToken.START_ARRAY) {
      List<Object> elements = new ArrayList<>();
      while (in.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(in));
      }
      return elements;
    }
    return switch (in.currentToken()) {
      case VALUE_NUMBER_INT -> in.getLongValue();
      case VALUE_NUMBER_FLOAT -> in.getDoubleValue();
      case VALUE_TRUE, VALUE_FALSE -> in.getBooleanValue();
      case VALUE_NULL -> null;
      default -> in.getText();
    };
  }
}
