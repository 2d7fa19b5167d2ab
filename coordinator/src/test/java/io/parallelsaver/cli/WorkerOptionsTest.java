package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parallelsaver.SaverOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

class WorkerOptionsTest {
  private static final long MIB = 1 << 20;

  private static final class Any implements Command {
    private final Syntax syntax = new Syntax(this, "any");
    private final WorkerOptions workers = new WorkerOptions(syntax);

    @Override
    public CommandSpec spec() {
      return syntax.spec();
    }

    @Override
    public Integer call() {
      return 0;
    }
  }

  private static WorkerOptions parse(String... arguments) {
    Any any = new Any();
    new CommandLine(any.spec()).parseArgs(arguments);
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
