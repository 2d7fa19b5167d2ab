package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parallelsaver.SaverOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

class WorkerOptionsTest {
  private static final long MIB = 1 << 20;

  @Command
  private static final class Any {
    @Mixin
    WorkerOptions workers;
  }

  private static WorkerOptions parse(String... arguments) {
    Any any = new Any();
    new CommandLine(any).parseArgs(arguments);
    return any.workers;
  }

  private static int workers(long bytes, String... arguments) {
    return parse(arguments).options(bytes).pool().workers();
  }

  @Test
  void startsOneWorkerForLittleUnlessTold() {
    int all = SaverOptions.defaults().pool().workers();
    assertEquals(1, workers(0));
    assertEquals(1, workers(MIB - 1));
    assertEquals(all, workers(MIB));
    assertEquals(all + 1, workers(0, "--workers", Integer.toString(all + 1)));
    assertThrows(ParameterException.class, () -> workers(MIB, "--workers", "257"));
  }

  @Test
  void sharesMemoryWhereItIsTold() {
    assertEquals(
        Path.of("/some/where"),
        parse("--shared-memory", "/some/where").options(0).pool().sharedMemory());
  }
}
