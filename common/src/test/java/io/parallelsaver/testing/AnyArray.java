package io.parallelsaver.testing;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.MlDType;
import io.parallelsaver.array.ScalarType;
import io.parallelsaver.array.StructType;
import io.parallelsaver.array.StructType.Field;
import io.parallelsaver.array.SubarrayType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Whatever NumPy can say of an array, for properties that hold for all of it. */
public final class AnyArray {
  private static final String[] UNITS = {
    "Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as"
  };
  private static final int MOST_AXES = 32;
  private static final int LONGEST_KEY = 65_531;

  private AnyArray() {}

  /** Types without fields, of every kind but Python objects. */
  public static Arbitrary<DType> scalars() {
    Arbitrary<ScalarType> types = Arbitraries.oneOf(
        sized('b', 1),
        sized('i', 1, 2, 4, 8),
        sized('u', 1, 2, 4, 8),
        sized('f', 2, 4, 8, 12, 16),
        sized('c', 8, 16, 24, 32),
        times('m'),
        times('M'),
        lengths().map(length -> ScalarType.of('S', length)),
        lengths().map(length -> ScalarType.of('U', 4 * length)),
        lengths().map(length -> ScalarType.of('V', length)));
    return Combinators.combine(types, orders()).as(ScalarType::withOrder);
  }

  private static Arbitrary<ScalarType> sized(char kind, Integer... sizes) {
    return Arbitraries.of(sizes).map(size -> ScalarType.of(kind, size));
  }

  private static Arbitrary<ScalarType> times(char kind) {
    Arbitrary<String> counts = Arbitraries.integers()
        .between(1, Integer.MAX_VALUE)
        .map(count -> count == 1 ? "" : count.toString());
    Arbitrary<String> units = Combinators.combine(counts, Arbitraries.of(UNITS))
        .as((count, unit) -> "[" + count + unit + "]");
    return Arbitraries.frequencyOf(Tuple.of(1, Arbitraries.just("")), Tuple.of(5, units))
        .map(unit -> new ScalarType(kind, 8, ByteOrder.LITTLE_ENDIAN, unit));
  }

  private static Arbitrary<Long> lengths() {
    return Arbitraries.longs().between(0, 1000);
  }

  private static Arbitrary<ByteOrder> orders() {
    return Arbitraries.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  /** Scalars and structures of them: nested, with titles, padding and sub-arrays, down to none at all. */
  public static Arbitrary<DType> dtypes() {
    return dtypes(scalars());
  }

  /** As {@link #dtypes()}, of these scalars. */
  public static Arbitrary<DType> dtypes(Arbitrary<DType> scalars) {
    Arbitrary<DType> nested = scalars;
    for (int depth = 0; depth < 3; depth++) {
      nested = Arbitraries.frequencyOf(Tuple.of(3, scalars), Tuple.of(2, structs(nested)));
    }
    return nested.withoutEdgeCases();
  }

  private static Arbitrary<DType> structs(Arbitrary<DType> types) {
    Arbitrary<Draft> drafts = Combinators.combine(
            Arbitraries.frequencyOf(Tuple.of(3, types), Tuple.of(1, subarrays(types))),
            texts(),
            texts().injectNull(0.8),
            Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(1, 1), Tuple.of(1, 7)))
        .as(Draft::new);
    Arbitrary<Integer> tails = Arbitraries.frequency(Tuple.of(4, 0), Tuple.of(1, 3));
    return Combinators.combine(drafts.list().ofMaxSize(5), tails).as(AnyArray::struct);
  }

  private static Arbitrary<DType> subarrays(Arbitrary<DType> types) {
    Arbitrary<int[]> dims =
        Arbitraries.integers().between(0, 4).array(int[].class).ofMinSize(1).ofMaxSize(3);
    return Combinators.combine(types, dims).as(SubarrayType::new);
  }

  private record Draft(DType type, String name, String title, int padding) {}

  /** The numbers keep names and titles apart. */
  private static DType struct(List<Draft> drafts, int tail) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      pad(fields, draft.padding());
      String title = draft.title() == null ? null : draft.title() + "#" + i;
      fields.add(new Field(draft.name() + "." + i, title, draft.type()));
    }
    pad(fields, tail);
    return new StructType(fields);
  }

  private static void pad(List<Field> fields, int bytes) {
    if (bytes > 0) {
      fields.add(Field.of("", ScalarType.of('V', bytes)));
    }
  }

  /** Arrays of any dtype and number of axes, empty ones and ones of up to so many bytes. */
  public static Arbitrary<ArraySpec> specs(long mostBytes) {
    return Arbitraries.frequencyOf(
        Tuple.of(4, specs(dtypes(), mostBytes)), Tuple.of(1, logical(mostBytes)));
  }

  /** Arrays of these dtypes. */
  public static Arbitrary<ArraySpec> specs(Arbitrary<DType> dtypes, long mostBytes) {
    return Combinators.combine(dtypes, extents(), Arbitraries.of(true, false))
        .as((dtype, extents, fortran) ->
            new ArraySpec(dtype, fitting(extents, mostBytes, dtype.itemSize()), fortran));
  }

  private static Arbitrary<ArraySpec> logical(long mostBytes) {
    return Arbitraries.of(MlDType.class)
        .flatMap(type -> specs(Arbitraries.just(type.stored()), mostBytes).map(type::stored));
  }

  private static Arbitrary<long[]> extents() {
    Arbitrary<Long> extent = Arbitraries.frequencyOf(
        Tuple.of(8, Arbitraries.longs().between(1, 4)),
        Tuple.of(1, Arbitraries.just(0L)),
        Tuple.of(2, Arbitraries.longs().between(1, 5000)),
        Tuple.of(2, Arbitraries.longs().between(Integer.MAX_VALUE - 9L, Integer.MAX_VALUE + 9L)),
        Tuple.of(2, Arbitraries.longs().between((1L << 32) - 9, Long.MAX_VALUE)));
    Arbitrary<Integer> axes = Arbitraries.frequencyOf(
        Tuple.of(5, Arbitraries.integers().between(0, 4)),
        Tuple.of(1, Arbitraries.integers().between(0, MOST_AXES)));
    return axes.flatMap(count -> extent.array(long[].class).ofSize(count)).withoutEdgeCases();
  }

  /** Takes from extents what is too much for so many bytes. */
  private static long[] fitting(long[] extents, long mostBytes, long itemSize) {
    long[] shape = extents.clone();
    long room = Math.max(1, mostBytes / Math.max(1, itemSize));
    for (int axis = 0; axis < shape.length; axis++) {
      shape[axis] = Math.min(shape[axis], room);
      room /= Math.max(1, shape[axis]);
    }
    return shape;
  }

  /** Names of arrays: empty, long, with quotes, slashes, control characters, any Unicode, and the suffix of a member. */
  public static Arbitrary<String> keys() {
    return Arbitraries.frequencyOf(
        Tuple.of(12, texts()),
        Tuple.of(2, texts().map(text -> text + ".npy")),
        Tuple.of(
            1, Arbitraries.integers().between(200, LONGEST_KEY).map(length -> "k".repeat(length))));
  }

  /** Short texts without halves of surrogate pairs. */
  public static Arbitrary<String> texts() {
    Arbitrary<Integer> points = Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.integers().between('a', 'z')),
            Tuple.of(2, Arbitraries.of("/\\'\"\n\t\0 .{}#%,()".chars().boxed().toList())),
            Tuple.of(1, Arbitraries.integers().between(0, 0xFF)),
            Tuple.of(1, Arbitraries.integers().between(0, Character.MAX_CODE_POINT)))
        .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE);
    return points.list().ofMaxSize(8).map(AnyArray::text).withoutEdgeCases();
  }

  private static String text(List<Integer> points) {
    StringBuilder text = new StringBuilder();
    points.forEach(text::appendCodePoint);
    return text.toString();
  }

  /** Bytes that take so many. */
  public static Arbitrary<byte[]> bytes(int least, int most) {
    return Arbitraries.bytes().array(byte[].class).ofMinSize(least).ofMaxSize(most);
  }
}
