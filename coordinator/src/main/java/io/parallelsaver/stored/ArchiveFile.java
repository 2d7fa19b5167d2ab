package io.parallelsaver.stored;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The arrays of an {@code .npz} archive. */
public final class ArchiveFile extends StoredArrays {
  private static final String SUFFIX = ".npy";

  private final NpzArchive archive;

  ArchiveFile(Path path, int maxHeader) throws IOException {
    super(path, Format.NPZ);
    this.archive = NpzArchive.open(path, maxHeader);
  }

  /** The archive itself. */
  public NpzArchive archive() {
    return archive;
  }

  /** Members that are called {@code .npy} are taken for arrays; of others the first bytes are looked at. */
  @Override
  public Collection<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String name : archive.names()) {
      if (name.endsWith(SUFFIX) || find(name).isPresent()) {
        keys.add(archive.key(name));
      }
    }
    return keys;
  }

  @Override
  public Optional<NDArray> find(String key) {
    return member(key).filter(member -> member.header().isPresent()).map(archive::array);
  }

  @Override
  public Map<String, NDArray> all(Consumer<String> others) {
    try {
      return archive.arrays(others);
    } catch (IOException e) {
      throw unreadable(path(), e);
    }
  }

  /** The member of a key, array or not; see {@link NpzArchive#member}. */
  public Optional<ArchiveMember> member(String key) {
    try {
      return archive.member(key);
    } catch (IOException e) {
      throw unreadable(path(), e);
    }
  }

  @Override
  public long contentSize() {
    return archive.contentSize();
  }

  @Override
  void closeFiles() throws IOException {
    archive.close();
  }
}
