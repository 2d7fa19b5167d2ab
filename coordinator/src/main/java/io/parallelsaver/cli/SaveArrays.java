package io.parallelsaver.cli;

import io.parallelsaver.NamedArrays;
import io.parallelsaver.Saver;
import io.parallelsaver.Verification;
import io.parallelsaver.array.FileData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyFile;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.restore.Selection;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arrays of the inputs. Nothing is read but headers: bytes that stand in a file are named where they are, for the workers. Only
 * deflated members of an archive come into this JVM.
 */
final class SaveArrays {
  private static final Logger LOG = LoggerFactory.getLogger(SaveArrays.class);

  private final Saver saver;
  private final boolean positional;
  private final NamedArrays arrays = NamedArrays.of();
  private final Map<String, String> origins = new HashMap<>();

  private SaveArrays(Saver saver, boolean positional) {
    this.saver = saver;
    this.positional = positional;
  }

  /**
   * @param positional whether the arrays are called {@code arr_0}, {@code arr_1} and so on, whatever they were called
   * @throws InputException if an input is damaged or refused, or two arrays have the same key
   */
  static NamedArrays of(List<SaveInput> inputs, boolean positional, Saver saver) {
    SaveArrays all = new SaveArrays(saver, positional);
    for (SaveInput input : inputs) {
      if (input.isArchive()) {
        all.addMembers(input.file());
      } else {
        all.add(input.key(), NpyFile.array(input.file()), input.file().toString());
      }
    }
    return all.arrays;
  }

  private void add(String name, NDArray array, String origin) {
    String key = positional ? "arr_" + origins.size() : name;
    String other = origins.putIfAbsent(key, origin);
    if (other != null) {
      throw new InputException(
          "two arrays are called " + PythonText.quote(key) + ": one from " + other + ", one from "
              + origin + "; rename one with NAME=FILE.npy, or number all with --positional");
    }
    arrays.and(key, array);
  }

  private void addMembers(Path file) {
    NpzArchive archive = Selection.open(file);
    checkWhole(file);
    List<String> deflated = archive.arrays().values().stream()
        .filter(member -> !member.stored())
        .map(ArchiveMember::key)
        .toList();
    Map<String, NDArray> restored = deflated.isEmpty()
        ? Map.of()
        : Saver.await(saver.restoreAsync(file, deflated, ProgressListener.NONE));
    for (ArchiveMember member : archive.members()) {
      if (member.header().isEmpty()) {
        LOG.warn(
            "{}: member {} is no array and is left out", file, PythonText.quote(member.name()));
      }
    }
    archive
        .arrays()
        .forEach((key, member) ->
            add(key, member.stored() ? inPlace(file, member) : restored.get(key), file.toString()));
  }

  /** The new archive gets new checksums: without a look at the old ones, damaged bytes would pass for whole from then on. */
  private void checkWhole(Path file) {
    Verification found = Saver.await(saver.verify(file, ProgressListener.NONE));
    if (!found.whole()) {
      throw new CorruptException(String.join("; ", found.damaged().values()));
    }
  }

  private static NDArray inPlace(Path file, ArchiveMember member) {
    NpyHeader header = member.header().orElseThrow();
    long bytes = header.spec().byteSize();
    return NDArray.of(
        header.spec(), new FileData(new Region(file, member.offset() + header.length(), bytes)));
  }
}
