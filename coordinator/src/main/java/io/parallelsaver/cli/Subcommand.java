package io.parallelsaver.cli;

import java.util.concurrent.Callable;

/** A command from another jar, found by {@link java.util.ServiceLoader}; its picocli annotation gives its name. It returns the exit code. */
public interface Subcommand extends Callable<Integer> {}
