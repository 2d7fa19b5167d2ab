package io.parallelsaver.pickle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Latin1DecoderTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  @Test
  void decodesInStepsOfAnySize() {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      byte[] wanted = new byte[random.nextInt(300)];
      random.nextBytes(wanted);
      byte[] encoded =
          new String(wanted, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.UTF_8);
      assertArrayEquals(wanted, decode(encoded, wanted.length, random), "seed " + SEED);
    }
  }

  private static byte[] decode(byte[] encoded, int length, Random random) {
    ByteBuffer source = ByteBuffer.wrap(encoded).limit(0);
    ByteBuffer target = ByteBuffer.allocate(length).limit(0);
    Latin1Decoder decoder = new Latin1Decoder();
    while (source.position() < encoded.length || target.position() < length) {
      source.limit(Math.min(encoded.length, source.limit() + random.nextInt(3)));
      target.limit(Math.min(length, target.limit() + random.nextInt(3)));
      decoder.decode(source, target);
    }
    decoder.finish();
    return target.array();
  }

  @Test
  void stopsWhenTheTargetIsFull() {
    ByteBuffer source = ByteBuffer.wrap(new byte[] {'a', 'b', 'c'});
    ByteBuffer target = ByteBuffer.allocate(2);
    new Latin1Decoder().decode(source, target);
    assertEquals(2, source.position());
    assertEquals(2, target.position());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0080",
        "\u00bf",
        "\u00c0\u0080",
        "\u00c1\u00bf",
        "\u00c2A",
        "\u00c2\u00c2",
        "\u00c4\u0080",
        "\u00e2\u0082\u00ac",
        "\u00ff"
      })
  void refusesWhatIsNoCharacterUpToU00FF(String bytes) {
    ByteBuffer source = ByteBuffer.wrap(("ab" + bytes).getBytes(StandardCharsets.ISO_8859_1));
    Latin1Decoder decoder = new Latin1Decoder();
    String message = assertThrows(
            IllegalArgumentException.class, () -> decoder.decode(source, ByteBuffer.allocate(9)))
        .getMessage();
    assertTrue(message.matches("byte 0x[0-9a-f]{2} at byte [23] of the run .*"), message);
  }

  @Test
  void refusesHalfACharacterAtTheEnd() {
    Latin1Decoder decoder = new Latin1Decoder();
    decoder.decode(ByteBuffer.wrap(new byte[] {'a', (byte) 0xC3}), ByteBuffer.allocate(9));
    assertThrows(IllegalArgumentException.class, decoder::finish);
  }
}
