package io.parallelsaver.cli;

import io.parallelsaver.SaverOptions;
import io.parallelsaver.input.SaveInput;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.service.Client;
import io.parallelsaver.service.Request;
import io.parallelsaver.service.Request.Kind;
import io.parallelsaver.service.Request.Source;
import io.parallelsaver.stored.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code parallel-saver submit}. */
@Command(
    name = "submit",
    subcommands = {
      SubmitCommand.Save.class,
      SubmitCommand.Restore.class,
      SubmitCommand.Convert.class
    },
    synopsisSubcommandLabel = "save|restore|convert",
    description = {
      "Hands a request to the coordinator, and prints its id.",
      "From then on it is done, once, whatever happens to this process, the coordinator or the machine. 'parallel-saver wait ID' waits for its end."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  parallel-saver wait $(parallel-saver submit save out.npz a.npy b.npy)",
      "  parallel-saver submit save --id night-42 out.npz data/   again after a failure: it is the same request"
    })
final class SubmitCommand implements Callable<Integer> {
  @Spec
  CommandSpec spec;

  @Override
  public Integer call() {
    throw new Failures.NoCommand(spec.commandLine());
  }

  /** What all requests have. */
  static final class Submission {
    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    @Option(
        names = "--id",
        paramLabel = "ID",
        description =
            "The request's id: letters, digits, dots, dashes and underlines. Submitted again under the same id, it is the same request. Unless given, the coordinator makes one.")
    String id;

    @Mixin
    RunDirectoryOption run;

    @Mixin
    JsonOption json;

    int submit(Request request) {
      try (Client client = Client.connect(run.directory)) {
        String accepted = client.submit(id, request);
        if (json.wanted) {
          Json.print(spec.commandLine().getOut(), out -> out.writeStringField("id", accepted));
        } else {
          spec.commandLine().getOut().println(accepted);
        }
        return 0;
      }
    }
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath();
  }

  private static List<Source> one(Path path) {
    return List.of(new Source(null, absolute(path)));
  }

  /** {@code submit save}. */
  @Command(name = "save", description = "Saves arrays, as 'parallel-saver save' does.")
  static final class Save implements Callable<Integer>, JsonOption.Carrier {
    @Spec
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "TARGET", description = "The file or directory to write.")
    Path target;

    @Parameters(
        index = "1..*",
        arity = "1..*",
        paramLabel = "INPUT",
        description = "FILE.npy, NAME=FILE.npy, FILE.npz, FILE.safetensors or DIR.")
    List<String> inputs;

    @Option(
        names = "--positional",
        description = "Call the arrays arr_0, arr_1, ... in the order given.")
    boolean positional;

    @Mixin
    TargetOptions to;

    @Mixin
    HeaderOption header;

    @Mixin
    Submission submission;

    @Override
    public Integer call() {
      to.check(target);
      to.refuseShards();
      List<Source> sources = new ArrayList<>();
      try {
        for (SaveInput input : SaveInput.of(inputs, positional)) {
          sources.add(new Source(input.name(), absolute(input.file())));
        }
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
      return submission.submit(new Request(
          Kind.SAVE,
          sources,
          absolute(target),
          to.format(target),
          positional,
          null,
          to.durability,
          to.level,
          to.alignment,
          header.bytes()));
    }

    @Override
    public JsonOption json() {
      return submission.json;
    }
  }

  /** {@code submit restore}. */
  @Command(
      name = "restore",
      description =
          "Restores arrays to .npy files, as 'parallel-saver restore' does; they are on the device when it is done.")
  static final class Restore implements Callable<Integer>, JsonOption.Carrier {
    @Mixin
    SourceArgument source;

    @Option(
        names = "--out",
        required = true,
        paramLabel = "DIR",
        description = "Where the files go; made if it is not there.")
    Path out;

    @Mixin
    KeysOption keys;

    @Mixin
    Submission submission;

    @Override
    public Integer call() {
      return submission.submit(new Request(
          Kind.RESTORE,
          one(source.path()),
          absolute(out),
          Format.NPY,
          false,
          keys.keys,
          Durability.SYNC,
          SaverOptions.STORED,
          Profile.ALIGNED.alignment(),
          source.header.bytes()));
    }

    @Override
    public JsonOption json() {
      return submission.json;
    }
  }

  /** {@code submit convert}. */
  @Command(
      name = "convert",
      description = "Turns one format into another, as 'parallel-saver convert' does.")
  static final class Convert implements Callable<Integer>, JsonOption.Carrier {
    @Mixin
    SourceArgument source;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The file or directory to write.")
    Path target;

    @Mixin
    KeysOption keys;

    @Mixin
    TargetOptions to;

    @Mixin
    Submission submission;

    @Override
    public Integer call() {
      to.check(target);
      to.refuseShards();
      return submission.submit(new Request(
          Kind.CONVERT,
          one(source.path()),
          absolute(target),
          to.format(target),
          false,
          keys.keys,
          to.durability,
          to.level,
          to.alignment,
          source.header.bytes()));
    }

    @Override
    public JsonOption json() {
      return submission.json;
    }
  }
}
