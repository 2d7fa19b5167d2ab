package io.parallelsaver.cli;

import io.parallelsaver.error.SaverException;
import io.parallelsaver.service.Client;
import io.parallelsaver.service.JsonText;
import io.parallelsaver.service.RequestFailedException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;

/** {@code parallel-saver wait}. */
final class WaitCommand implements Command, JsonOption.Carrier {
  final CommandSpec spec;
  String id;
  Double seconds;
  final RunDirectoryOption run;
  final JsonOption json;

  WaitCommand() {
    Syntax syntax = new Syntax(
        this,
        "wait",
        "Waits for the end of a request, and prints what it has done.",
        "The exit code is what the command itself would have had; 1 if the request was cancelled, or the time is over.");
    syntax
        .parameter("0", "ID", String.class, value -> id = value)
        .description("What 'parallel-saver submit' printed.");
    syntax
        .option("--timeout", "SECONDS", Double.class, value -> seconds = value)
        .description("Wait no longer; the request goes on.");
    run = new RunDirectoryOption(syntax);
    json = new JsonOption(syntax);
    spec = syntax.spec();
  }

  @Override
  public CommandSpec spec() {
    return spec;
  }

  @Override
  public Integer call() {
    long nanos = seconds == null
        ? Long.MAX_VALUE / 2
        : (long) (Math.max(0, Math.min(seconds, 1e9)) * TimeUnit.SECONDS.toNanos(1));
    Map<String, Object> shown = Client.await(run.directory, id, nanos);
    if (!Client.isEnd(shown)) {
      throw new SaverException("request " + id + " is still " + shown.get("state") + " after "
          + seconds + " s; it goes on");
    }
    int exit = Math.toIntExact((long) shown.get("exit"));
    if (exit != 0) {
      throw new RequestFailedException(String.valueOf(shown.get("message")), exit);
    }
    if (json.wanted) {
      spec.commandLine().getOut().println(JsonText.write(shown));
    } else {
      spec.commandLine().getOut().println(Shown.done(shown));
    }
    return 0;
  }

  @Override
  public JsonOption json() {
    return json;
  }
}
