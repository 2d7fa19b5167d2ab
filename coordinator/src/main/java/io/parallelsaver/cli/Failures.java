package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.log.ProcessLog;
import java.io.PrintWriter;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Runs a command; turns what goes wrong into one line on standard error and an exit code. */
final class Failures implements IExecutionStrategy, IParameterExceptionHandler {
  private static final String NAME = "parallel-saver: ";

  private final RootCommand root;
  private final Settings settings;

  Failures(RootCommand root, Settings settings) {
    this.root = root;
    this.settings = settings;
  }

  /** {@code parallel-saver} alone. */
  static final class NoCommand extends ParameterException {
    private static final long serialVersionUID = 1L;

    NoCommand(CommandLine line) {
      super(line, "no command");
    }
  }

  @Override
  public int execute(ParseResult parsed) {
    if (root.debug) {
      // Read when the first class asks for a logger, which none of those for options does.
      System.setProperty(ProcessLog.LEVEL, "DEBUG");
    }
    try {
      return new RunLast().execute(parsed);
    } catch (ExecutionException e) {
      return report(e.getCommandLine(), e.getCause());
    } catch (Error e) {
      CommandLine last =
          parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
      return report(last, e);
    }
  }

  /** A command that was asked for JSON says what is wrong there too: its reader gets one document in any case. */
  private int report(CommandLine line, Throwable thrown) {
    Throwable cause = cause(thrown);
    int exit =
        cause instanceof SaverException known ? known.exitCode() : CommandLine.ExitCode.SOFTWARE;
    String message = message(cause);
    if (ShutdownState.underway()) {
      // After Ctrl-C: the exit code is set already, and what fails now says nothing.
      return exit;
    }
    line.getErr().println(NAME + message);
    if (root.debug) {
      thrown.printStackTrace(line.getErr());
    }
    line.getErr().flush();
    if (line.getCommand() instanceof JsonOption.Carrier command && command.json().wanted) {
      Json.print(line.getOut(), out -> {
        out.writeStringField("error", message);
        out.writeNumberField("exit", exit);
      });
    }
    return exit;
  }

  private static Throwable cause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String message(Throwable cause) {
    if (cause instanceof SaverException) {
      return cause.getMessage() + OpenFileLimit.advice(cause);
    } else if (cause instanceof OutOfMemoryError) {
      return "out of memory (" + cause.getMessage()
          + "); give Java more, e.g. PARALLEL_SAVER_OPTS=-Xmx4g, or do fewer arrays at a time";
    }
    return "unexpected failure: " + cause + " (--debug shows where)" + OpenFileLimit.advice();
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    PrintWriter err = line.getErr();
    // The settings could not be read because the process may open no more files: that is no usage.
    String advice = OpenFileLimit.advice(e);
    if (e instanceof NoCommand) {
      line.usage(err);
    } else if (!advice.isEmpty()) {
      err.println(NAME + e.getMessage() + advice);
    } else {
      err.println(NAME + e.getMessage() + settings.origin(e.getMessage()) + suggestion(e) + " ("
          + line.getCommandSpec().qualifiedName() + " --help tells more)");
    }
    err.flush();
    return advice.isEmpty() ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
  }

  private static String suggestion(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      return "; did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    return "";
  }
}
