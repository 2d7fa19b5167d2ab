package io.parallelsaver.service;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.stored.Format;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is asked of the daemon: what the commands {@code save}, {@code restore} and {@code convert} are asked, with paths from the root.
 *
 * @param kind which command
 * @param sources files and directories that are read; one, unless this is a save
 * @param target the file or directory that is written
 * @param format of the target
 * @param positional whether the arrays of a save are called {@code arr_0}, {@code arr_1} and so on
 * @param keys which arrays; null for all
 * @param durability of the target; a restore is durable here, too
 * @param level of compression
 * @param alignment of array bytes in an archive
 * @param maxHeader longest {@code .npy} header that is read, in bytes
 */
public record Request(
    Kind kind,
    List<Source> sources,
    Path target,
    Format format,
    boolean positional,
    List<String> keys,
    Durability durability,
    int level,
    int alignment,
    int maxHeader) {

  /** The command. */
  public enum Kind {
    SAVE,
    RESTORE,
    CONVERT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A file or directory.
   *
   * @param name key that was asked for, or null
   */
  public record Source(String name, Path path) {}

  /**
   * @throws InputException if paths do not begin at the root, or options are out of range
   */
  public Request {
    sources = List.copyOf(sources);
    keys = keys == null ? null : List.copyOf(keys);
    if (sources.isEmpty() || kind != Kind.SAVE && sources.size() != 1) {
      throw new InputException(
          "a request to " + kind + " cannot have " + sources.size() + " sources");
    }
    sources.forEach(source -> checkAbsolute(source.path()));
    checkAbsolute(target);
    if (kind == Kind.RESTORE && format != Format.NPY) {
      throw new InputException("a restore writes .npy files");
    }
    if (level != SaverOptions.STORED && format != Format.NPZ) {
      throw new InputException("only an .npz archive is compressed");
    }
  }

  private static void checkAbsolute(Path path) {
    if (!path.isAbsolute() || path.getFileName() == null) {
      throw new InputException(
          "the path '" + path + "' does not begin at the root, or is the root");
    }
  }

  /**
   * How a saver is to do this.
   *
   * @throws InputException if a number is out of range
   */
  SaverOptions applyTo(SaverOptions options) {
    try {
      return options
          .withDurability(durability)
          .withLevel(level)
          .withProfile(new Profile(alignment))
          .withMaxHeader(maxHeader);
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage(), e);
    }
  }

  /** As JSON has it. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", kind.toString());
    List<Object> all = new ArrayList<>();
    for (Source source : sources) {
      Map<String, Object> one = new LinkedHashMap<>();
      if (source.name() != null) {
        one.put("name", source.name());
      }
      one.put("path", source.path().toString());
      all.add(one);
    }
    map.put("sources", all);
    map.put("target", target.toString());
    map.put("format", format.toString());
    map.put("positional", positional);
    if (keys != null) {
      map.put("keys", keys);
    }
    map.put("durability", durability.name().toLowerCase(Locale.ROOT));
    map.put("level", level);
    map.put("align", alignment);
    map.put("max_header", maxHeader);
    return map;
  }

  /**
   * @throws InputException if it is no request
   */
  static Request of(Members members) {
    try {
      List<Source> sources = new ArrayList<>();
      for (Object each : members.list("sources")) {
        Members source = new Members(map(each));
        sources.add(new Source(source.textOrNull("name"), Path.of(source.text("path"))));
      }
      List<String> keys = null;
      if (members.has("keys")) {
        keys = new ArrayList<>();
        for (Object key : members.list("keys")) {
          keys.add(String.valueOf(key));
        }
      }
      return new Request(
          members.oneOf(Kind.class, "kind"),
          sources,
          Path.of(members.text("target")),
          members.oneOf(Format.class, "format"),
          members.is("positional"),
          keys,
          members.oneOf(Durability.class, "durability"),
          Math.toIntExact(members.number("level")),
          Math.toIntExact(members.number("align")),
          Math.toIntExact(members.number("max_header")));
    } catch (InvalidPathException | ArithmeticException e) {
      throw new InputException("no request: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, ?> map(Object value) {
    if (value instanceof Map<?, ?> object) {
      return (Map<String, ?>) object;
    }
    throw new InputException("a source should be a JSON object");
  }
}
