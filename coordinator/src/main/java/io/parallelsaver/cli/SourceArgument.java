package io.parallelsaver.cli;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** {@code SOURCE}, what is to be read. */
final class SourceArgument {
  private static final long SMALL = 1 << 20;

  Path source;
  final HeaderOption header;

  SourceArgument(Syntax syntax) {
    syntax
        .parameter("0", "SOURCE", Path.class, value -> source = value)
        .description(
            "An .npz archive, the .npz.index.json of a sharded set, a safetensors or .npy file, or a directory of .npy files or of pickles; .npz is added if there is no such file, then .index.json.");
    header = new HeaderOption(syntax);
  }

  /**
   * Where it is.
   *
   * @throws InputException if there is none
   */
  Path path() {
    Path there = StoredArrays.place(source);
    if (Files.exists(there)) {
      return there;
    }
    boolean bare = !there.equals(source);
    throw new InputException("there is no file " + source + (bare ? ", nor " + there : ""));
  }

  StoredArrays open() {
    return header.open(path());
  }

  /** A saver that reads it, with as many workers as its bytes are worth. */
  Saver saver(WorkerOptions workers, UnaryOperator<SaverOptions> further) {
    long bytes = contentBytes();
    SaverOptions options = workers.options(bytes).withMaxHeader(header.bytes());
    return WorkerOptions.open(further.apply(options), bytes);
  }

  /** Bytes there are to read: roughly if there are many, since a small file can hold much, deflated. */
  private long contentBytes() {
    Path path = path();
    if (Files.isRegularFile(path) && !ShardIndex.isIndex(path) && path.toFile().length() >= SMALL) {
      return path.toFile().length();
    }
    try (StoredArrays stored = header.open(path)) {
      return stored.contentSize();
    } catch (CorruptException e) {
      // Whoever reads it will say so, and perhaps more.
      return path.toFile().length();
    }
  }
}
