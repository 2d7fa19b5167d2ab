package io.parallelsaver.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** A command; a call does its work and returns the exit code. */
public interface Command extends Callable<Integer> {
  /** Its name, what it takes, and its help. */
  CommandSpec spec();
}
