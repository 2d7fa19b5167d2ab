package io.parallelsaver.array;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A structured dtype: fields one behind the other, as {@code numpy.dtype.descr} lists them. Padding is a field with an empty name and
 * kind {@code V}, as NumPy writes it.
 *
 * @param fields in the order of their offsets
 */
public record StructType(List<Field> fields) implements DType {
  /**
   * @throws IllegalArgumentException if two fields have the same name or title
   */
  public StructType {
    fields = List.copyOf(fields);
    long size = 0;
    Set<String> keys = new HashSet<>();
    for (Field field : fields) {
      size = Math.addExact(size, field.type().itemSize());
      boolean twice = !field.isPadding() && !keys.add(field.name());
      if (twice || field.title() != null && !keys.add(field.title())) {
        throw new IllegalArgumentException("two fields are called "
            + PythonText.quote(twice ? field.name() : field.title()) + "; rename one of them");
      }
    }
  }

  public static StructType of(Field... fields) {
    return new StructType(List.of(fields));
  }

  /**
   * One field.
   *
   * @param name key of the field; empty for padding
   * @param title second key that NumPy allows; null when there is none
   * @param type element type of the field, a {@link SubarrayType} when it has a shape
   */
  public record Field(String name, String title, DType type) {
    /** A field without a title. */
    public static Field of(String name, DType type) {
      return new Field(name, null, type);
    }

    /** Whether these are bytes between fields. */
    public boolean isPadding() {
      return name.isEmpty();
    }

    String descr() {
      String key = title == null
          ? PythonText.quote(name)
          : "(" + PythonText.quote(title) + ", " + PythonText.quote(name) + ")";
      String what = type instanceof SubarrayType sub
          ? sub.base().descr() + ", " + PythonText.tuple(sub.dims())
          : type.descr();
      return "(" + key + ", " + what + ")";
    }
  }

  /** Names of the fields in their order, without padding; {@code numpy.dtype.names}. */
  public List<String> names() {
    return fields.stream().filter(field -> !field.isPadding()).map(Field::name).toList();
  }

  /** A view of one field; see {@link NDArray#field}. */
  NDArray view(NDArray structs, String key) {
    long offset = 0;
    for (Field field : fields) {
      if (!field.isPadding() && (field.name().equals(key) || key.equals(field.title()))) {
        return FieldData.view(structs, offset, field.type());
      }
      offset += field.type().itemSize();
    }
    throw new IllegalArgumentException(
        "no field " + PythonText.quote(key) + " in " + structs.spec() + ", there are " + names());
  }

  @Override
  public long itemSize() {
    return fields.stream().mapToLong(field -> field.type().itemSize()).sum();
  }

  @Override
  public String descr() {
    return fields.stream().map(Field::descr).collect(Collectors.joining(", ", "[", "]"));
  }

  @Override
  public boolean hasObject() {
    return fields.stream().anyMatch(field -> field.type().hasObject());
  }

  @Override
  public String toString() {
    return descr();
  }
}
