package io.parallelsaver.cli;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.JoinedData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.stored.ArchiveFile;
import io.parallelsaver.stored.StoredArrays;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One line of an inspection.
 *
 * @param name key of the array, or name of a member that is none
 * @param spec what the array is
 * @param bytes bytes of the array
 * @param file where it stands
 * @param offset of its first byte there, or of a deflated member's; -1 if it is nowhere as it is
 * @param parts where its rows stand, if that is in several files
 */
record Listed(
    String name,
    Optional<ArraySpec> spec,
    long bytes,
    Path file,
    long offset,
    String compression,
    List<Region> parts) {

  /**
   * @param damaged is told of each array that cannot be read, and why
   */
  static void of(
      StoredArrays stored, Consumer<Listed> listed, BiConsumer<String, InputException> damaged) {
    boolean archive = stored instanceof ArchiveFile;
    for (String name : archive ? ((ArchiveFile) stored).archive().names() : stored.keys()) {
      try {
        listed.accept(
            archive ? member((ArchiveFile) stored, name) : array(stored, name, stored.get(name)));
      } catch (InputException e) {
        damaged.accept(name, e);
      }
    }
  }

  private static Listed member(ArchiveFile file, String name) {
    ArchiveMember member = file.member(name).orElseThrow();
    Optional<ArraySpec> spec = member.header().map(NpyHeader::spec);
    return new Listed(
        spec.isPresent() ? member.key() : name,
        spec,
        spec.map(ArraySpec::byteSize).orElse(member.size()),
        file.path(),
        member.offset() + (member.stored() ? member.headerLength() : 0),
        member.stored() ? "stored" : "deflated",
        List.of());
  }

  private static Listed array(StoredArrays stored, String key, NDArray array) {
    Optional<Region> where = array.data().region();
    List<Region> parts = array.data() instanceof JoinedData joined
        ? joined.parts().stream().flatMap(part -> part.region().stream()).toList()
        : List.of();
    return new Listed(
        key,
        Optional.of(array.spec()),
        array.spec().byteSize(),
        where.map(Region::file).orElse(stored.path()),
        where.map(Region::offset).orElse(-1L),
        where.isPresent()
            ? "stored"
            : parts.isEmpty() ? "encoded" : "in " + parts.size() + " shards",
        parts);
  }
}
