package io.parallelsaver;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.output.Durability;
import io.parallelsaver.stored.StoredArrays;
import io.parallelsaver.testing.Archive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small JVM that restores arrays far larger than its heap, looks at some elements, in the file too, and saves the largest again: {@code
 * ARCHIVE KEY INDEX...}. Prints the elements at the indices.
 */
public final class LargeRestore {
  private LargeRestore() {}

  public static void main(String[] args) throws IOException {
    Path archive = Path.of(args[0]);
    Path copy = archive.resolveSibling("copy.npz");
    try (StoredArrays stored = StoredArrays.open(archive);
        Saver saver =
            Saver.open(SaverOptions.defaults().withWorkers(2).withDurability(Durability.NONE))) {
      NDArray array = saver.restore(archive).get(args[1]);
      for (int i = 2; i < args.length; i++) {
        long index = Long.parseLong(args[i]);
        System.out.println(array.getLong(index));
        NDArray part = stored.get(args[1]).slice(index, index + 1);
        if (part.buffer().getLong(0) != array.getLong(index)) {
          System.out.println("another in the file");
        }
      }
      saver.save(copy, NamedArrays.of(Map.of(args[1], array)));
    }
    int crc = member(archive, args[1]).crc();
    System.out.println(member(copy, args[1]).crc() == crc ? "same" : "different");
    Files.delete(copy);
  }

  private static ArchiveMember member(Path archive, String key) throws IOException {
    return Archive.read(archive).arrays().get(key);
  }
}
