package io.parallelsaver.cli;

import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The command line: parses, runs, and ends with the exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    Thread.setDefaultUncaughtExceptionHandler(Main::uncaught);
    String[] arguments = expanded(args);
    Thread interruption = new Thread(Main::interrupted, "parallel-saver-interruption");
    Runtime.getRuntime().addShutdownHook(interruption);
    StandardOutput out = new StandardOutput();
    int exit = CommandLine.ExitCode.SOFTWARE;
    try {
      exit = run(arguments, out);
    } catch (Error | RuntimeException e) {
      // Nothing of ours came so far that it could say so itself; classes of other jars may not be
      // loaded any more.
      System.err.println("parallel-saver: unexpected failure: " + e + OpenFileLimit.advice());
    }
    try {
      Runtime.getRuntime().removeShutdownHook(interruption);
    } catch (IllegalStateException e) {
      // A signal came first; its exit code counts.
    }
    System.exit(out.failure == null ? exit : out.exit(exit));
  }

  private static String[] expanded(String[] args) {
    try {
      return ArgumentFile.expand(args);
    } catch (IllegalArgumentException e) {
      System.err.println("parallel-saver: " + e.getMessage());
      System.exit(CommandLine.ExitCode.USAGE);
      return args;
    }
  }

  private static int run(String[] args, StandardOutput out) {
    CommandLine line = RootCommand.commandLine(args);
    line.setOut(
        new PrintWriter(new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))));
    int exit = line.execute(args);
    line.getOut().flush();
    return exit;
  }

  /** The JVM goes down and the command has not ended: there was a signal. Which, the exit code says. */
  private static void interrupted() {
    System.err.println("parallel-saver: ended by a signal; what was not finished is removed");
  }

  private static void uncaught(Thread thread, Throwable thrown) {
    if (!ShutdownState.underway()) {
      System.err.println(
          "parallel-saver: unexpected failure in thread " + thread.getName() + ": " + thrown);
    }
  }

  /** Remembers what a {@code PrintWriter} would not say: that a result has not reached its reader. */
  private static final class StandardOutput extends FileOutputStream {
    private IOException failure;

    StandardOutput() {
      super(FileDescriptor.out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        super.write(bytes, offset, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    /** A reader that has seen enough, such as {@code head}, is no reason for words. */
    int exit(int wanted) {
      if (!String.valueOf(failure.getMessage()).contains("Broken pipe")) {
        System.err.println(
            "parallel-saver: cannot write to standard output: " + failure.getMessage());
      }
      return wanted == 0 ? CommandLine.ExitCode.SOFTWARE : wanted;
    }
  }
}
