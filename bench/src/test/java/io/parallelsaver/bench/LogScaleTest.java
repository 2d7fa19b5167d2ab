package io.parallelsaver.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogScaleTest {
  @Test
  void equalRatiosAreEquallyFarApart() {
    LogScale scale = LogScale.over(List.of(0.3, 3.0), 2, 100, 500);
    assertEquals(List.of(0.25, 0.5, 1.0, 2.0, 4.0), scale.ticks());
    assertEquals(100, scale.at(0.25), 1e-9);
    assertEquals(300, scale.at(1), 1e-9);
    assertEquals(500, scale.at(4), 1e-9);
  }

  @Test
  void oneValueHasAScaleToo() {
    LogScale scale = LogScale.over(List.of(1.0), 10, 0, 100);
    assertEquals(List.of(1.0, 10.0), scale.ticks());
    assertEquals(0, scale.at(1), 1e-9);
  }
}
