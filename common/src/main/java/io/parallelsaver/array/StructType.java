package io.parallelsaver.array;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A structured dtype: fields one behind the other, as {@code numpy.dtype.descr} lists them. Padding is a field with an empty name and
 * kind {@code V}, as NumPy writes it.
 *
 * @param fields in the order of their offsets
 */
public record StructType(List<Field> fields) implements DType {
  public StructType {
    fields = List.copyOf(fields);
    long size = 0;
    for (Field field : fields) {
      size = Math.addExact(size, field.type().itemSize());
    }
  }

  /**
   * One field.
   *
   * @param name key of the field; empty for padding
   * @param title second key that NumPy allows; null when there is none
   * @param type element type of the field, a {@link SubarrayType} when it has a shape
   */
  public record Field(String name, String title, DType type) {
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
