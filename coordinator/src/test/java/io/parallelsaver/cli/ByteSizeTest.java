package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "4096, 4096",
    "0, 0",
    "7B, 7",
    "1k, 1024",
    "512M, 536870912",
    "1GiB, 1073741824",
    "1gib, 1073741824",
    "' 1 GiB ', 1073741824",
    "1.5 GB, 1500000000",
    "1.5GiB, 1610612736",
    "0.1KiB, 102",
    "2TB, 2000000000000",
    "7EiB, 8070450532247928832",
    "9223372036854775807, 9223372036854775807"
  })
  void readsWhatPeopleWrite(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text).bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "GiB",
        "-1",
        "1XB",
        "1.GiB",
        ".5G",
        "1 2",
        "1e3",
        "1ib",
        "8EiB",
        "9223372036854775808",
        "0x10"
      })
  void refusesTheRest(String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text)).getMessage();
    assertTrue(message.contains("'" + text + "'"), message);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "1536, 1.50 KiB",
    "1048570, 1023.99 KiB",
    "1048575, 1.00 MiB",
    "1073741824, 1.00 GiB",
    "9223372036854775807, 8.00 EiB"
  })
  void printsTheLargestUnitThatFits(long bytes, String text) {
    assertEquals(text, new ByteSize(bytes).toString());
  }

  @Test
  void readsWhatItPrints() {
    for (long bytes = 1; bytes < 1L << 60; bytes *= 2) {
      assertEquals(bytes, ByteSize.parse(ByteSize.text(bytes)).bytes());
    }
  }
}
