package io.parallelsaver.cli;

import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** The level behind {@code --compress}, if what follows is a number; else the usual one, and what follows is no business of its. */
final class LevelConsumer implements IParameterConsumer {
  /** What {@code numpy.savez_compressed} uses. */
  private static final int USUAL = 6;

  @Override
  public void consumeParameters(Stack<String> rest, ArgSpec option, CommandSpec command) {
    boolean given = !rest.isEmpty() && rest.peek().matches("-?[0-9]{1,9}");
    option.setValue(given ? Integer.parseInt(rest.pop()) : USUAL);
  }
}
