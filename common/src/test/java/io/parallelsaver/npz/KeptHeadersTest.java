package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Many long headers take little memory when they are alike, and are refused when each is another one. */
class KeptHeadersTest {
  private static final int FIELDS = 3000;

  private static NpyHeader header(String name, int extent) {
    StringBuilder text = new StringBuilder("{'descr': [");
    for (int i = 0; i < FIELDS; i++) {
      text.append("('").append(name).append(i).append("', '<f8'), ");
    }
    text.append("], 'fortran_order': False, 'shape': (" + extent + ",)}\n");
    byte[] raw = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer out = ByteBuffer.allocate(12 + raw.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0});
    return NpyHeader.parse(out.putInt(raw.length).put(raw).flip());
  }

  @Test
  void keepsEqualStructuresOnce() {
    KeptHeaders kept = new KeptHeaders(Path.of("a.npz"), 2 << 20);
    NpyHeader first = kept.keep(header("x", 1));
    for (int i = 2; i < 60; i++) {
      NpyHeader next = kept.keep(header("x", i));
      assertSame(first.spec().dtype(), next.spec().dtype());
      assertTrue(next.spec().shape()[0] == i && next.length() > FIELDS);
    }
  }

  /** What is counted is no less than what they take. */
  @Test
  void refusesManyDifferentOnesBeforeTheyFillTheMemory() {
    long limit = 64 << 20;
    KeptHeaders kept = new KeptHeaders(Path.of("a.npz"), limit);
    List<NpyHeader> held = new ArrayList<>();
    System.gc();
    long before = used();
    String message = assertThrows(InputException.class, () -> {
          for (int i = 0; i < 10_000; i++) {
            held.add(kept.keep(header("n" + i + "_", 1)));
          }
        })
        .getMessage();
    assertTrue(message.contains("a.npz: the headers of its arrays describe more than "), message);
    System.gc();
    long taken = used() - before;
    assertTrue(held.size() > 10 && taken < limit, held.size() + " take " + taken + " bytes");
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
