package io.parallelsaver.cli;

/** A command from another jar, found by {@link java.util.ServiceLoader}. */
public interface Subcommand extends Command {}
