package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class NameTableTest {
  @Test
  void findsTheLastOfEqualNames() {
    List<String> names = List.of("a", "b", "a", "", "c", "a");
    NameTable table = new NameTable(names.size(), names::get);
    for (int i = 0; i < names.size(); i++) {
      table.add(i, names.get(i));
    }
    assertEquals(5, table.indexOf("a"));
    assertEquals(1, table.indexOf("b"));
    assertEquals(3, table.indexOf(""));
    assertEquals(-1, table.indexOf("d"));
    assertTrue(table.hidden(0) && table.hidden(2));
    assertFalse(table.hidden(1) || table.hidden(3) || table.hidden(4) || table.hidden(5));
  }

  @Test
  void findsNamesOfEqualHash() {
    List<String> names = List.of("AaAa", "BBBB", "AaBB", "BBAa");
    NameTable table = new NameTable(names.size(), names::get);
    for (int i = 0; i < names.size(); i++) {
      table.add(i, names.get(i));
    }
    for (int i = 0; i < names.size(); i++) {
      assertEquals(i, table.indexOf(names.get(i)));
      assertFalse(table.hidden(i));
    }
  }

  /** All of one {@code String.hashCode}, as is easily made: else each name would be compared with all before it. */
  @Test
  void isAsFastWithNamesThatAreMadeToCollide() {
    AtomicLong looks = new AtomicLong();
    IntFunction<String> names = i -> {
      looks.incrementAndGet();
      return colliding(i);
    };
    NameTable table = new NameTable(1 << 12, names);
    for (int i = 0; i < 1 << 12; i++) {
      assertEquals(colliding(0).hashCode(), colliding(i).hashCode());
      table.add(i, colliding(i));
    }
    assertTrue(looks.get() < 100, looks + " looks");
  }

  private static String colliding(int index) {
    StringBuilder name = new StringBuilder();
    for (int bit = 0; bit < 12; bit++) {
      name.append((index >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return name.toString();
  }

  /** Counts looks at names, since time says little on a busy machine. */
  @Test
  void looksAtAsFewNamesAmongAMillionAsAmongAThousand() {
    assertTrue(looks(1_000_000) < 2, "looks for each name: " + looks(1_000_000));
    assertTrue(looks(1_000) < 2, "looks for each name: " + looks(1_000));
  }

  private static double looks(int count) {
    AtomicLong looks = new AtomicLong();
    IntFunction<String> names = i -> {
      looks.incrementAndGet();
      return "layer." + i + ".weight";
    };
    NameTable table = new NameTable(count, names);
    for (int i = 0; i < count; i++) {
      table.add(i, "layer." + i + ".weight");
    }
    looks.set(0);
    for (int i = 0; i < count; i++) {
      assertEquals(i, table.indexOf("layer." + i + ".weight"));
    }
    return (double) looks.get() / count;
  }
}
