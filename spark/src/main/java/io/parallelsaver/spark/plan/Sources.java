package io.parallelsaver.spark.plan;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.array.Region;
import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.DeflatedData;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.shards.ShardIndex;
import io.parallelsaver.spark.storage.Storage;
import io.parallelsaver.spark.storage.Storage.Entry;
import io.parallelsaver.spark.storage.Storages;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds what is to be read. Only directories and headers are looked at, of a set only its index. */
public final class Sources {
  private static final String NPY = ".npy";
  private static final String NPZ = ".npz";

  /** Enough for nearly every header of a file. */
  private static final int FIRST_READ = 4096;

  private final Storages storages;
  private final Headers headers = new Headers();

  public Sources(Storages storages) {
    this.storages = storages;
  }

  /**
   * What paths and patterns name, in their order.
   *
   * @throws InputException if one of them names nothing, or what it names cannot be read
   * @throws CorruptException if what is there is damaged
   */
  public List<Source> find(List<String> patterns) {
    List<Source> sources = new ArrayList<>();
    for (String pattern : patterns) {
      try {
        for (String path : paths(pattern)) {
          sources.add(source(path));
        }
      } catch (IOException e) {
        throw new InputException("cannot read " + pattern + ": " + e, e);
      }
    }
    return sources;
  }

  /** A name means what has it; else the archive of that name; else the set. */
  private List<String> paths(String pattern) throws IOException {
    String archive = pattern.endsWith(NPZ) ? pattern : pattern + NPZ;
    for (String name : List.of(pattern, archive, archive + ShardIndex.SUFFIX)) {
      List<String> paths = storages.glob(name);
      if (!paths.isEmpty()) {
        return paths;
      }
    }
    throw new InputException("there is nothing called " + pattern);
  }

  private Source source(String path) throws IOException {
    Storage storage = storages.at(path);
    Entry entry = storage
        .find(path)
        .orElseThrow(() -> new InputException("there is no file " + path + " any more"));
    Optional<String> index = index(storage, entry);
    if (index.isPresent()) {
      return new Source(path, SetIndex.places(storage, index.get(), headers));
    }
    Optional<Path> local = storage.local(path);
    List<ArrayPlace> arrays = local.isPresent() ? stored(local.get()) : remote(storage, entry);
    return new Source(path, arrays);
  }

  /** The index of the set that a path is, if it is one. */
  private static Optional<String> index(Storage storage, Entry entry) throws IOException {
    if (!entry.isDirectory()) {
      return Optional.of(entry.path()).filter(path -> path.endsWith(SetIndex.SUFFIX));
    }
    List<Entry> inside = storage.list(entry.path());
    List<Entry> found =
        inside.stream().filter(each -> each.name().endsWith(SetIndex.SUFFIX)).toList();
    if (found.size() > 1) {
      throw new InputException(entry.path() + " holds " + found.size()
          + " sets; name the index of one: " + found.get(0).path());
    }
    if (found.isEmpty() && inside.stream().anyMatch(each -> each.name().endsWith(NPZ))) {
      throw new InputException(entry.path()
          + " holds archives, but no index that makes them a set; if each is to be read for itself, name them: "
          + Storage.child(entry.path(), "*" + NPZ));
    }
    return found.stream().map(Entry::path).findFirst();
  }

  /** Whatever of this host's can be read at all. */
  private List<ArrayPlace> stored(Path path) {
    List<ArrayPlace> arrays = new ArrayList<>();
    try (StoredArrays stored = StoredArrays.open(path)) {
      for (Map.Entry<String, NDArray> array : stored.all().entrySet()) {
        arrays.add(place(path.toString(), array.getKey(), array.getValue()));
      }
    }
    return arrays;
  }

  private ArrayPlace place(String path, String key, NDArray array) {
    ArrayData data = array.data();
    Optional<Region> region = data.region();
    if (region.isPresent()) {
      Region where = region.get();
      String file = where.file().toString();
      return place(
          key, array.spec(), Piece.stored(file, where.offset(), where.length(), data.crc()));
    } else if (data instanceof DeflatedData deflated) {
      return place(key, array.spec(), deflated(path, deflated.member()));
    }
    throw new InputException(path + ": array " + PythonText.quote(key)
        + " is pickled with a protocol below 3; convert the directory: parallel-saver convert "
        + path + " TARGET.npz");
  }

  private ArrayPlace place(String key, ArraySpec spec, Piece piece) {
    return new ArrayPlace(key, headers.of(spec), new Piece[] {piece});
  }

  private static Piece deflated(String file, ArchiveMember member) {
    return Piece.deflated(
        file,
        member.size() - member.headerLength(),
        member.name(),
        member.seek().isPresent(),
        OptionalInt.of(member.dataCrc()));
  }

  /** Archives and {@code .npy} files that are not this host's. */
  private List<ArrayPlace> remote(Storage storage, Entry entry) throws IOException {
    List<ArrayPlace> arrays = new ArrayList<>();
    if (!entry.isDirectory()) {
      if (entry.name().endsWith(NPY)) {
        arrays.add(npy(storage, entry, stem(entry.name())));
      } else {
        arrays.addAll(archive(storage, entry.path()));
      }
      return arrays;
    }
    addNpy(storage, entry.path(), "", arrays);
    if (arrays.isEmpty()) {
      throw new InputException(entry.path() + " holds no .npy files");
    }
    return arrays;
  }

  private void addNpy(Storage storage, String directory, String prefix, List<ArrayPlace> arrays)
      throws IOException {
    for (Entry each : storage.list(directory)) {
      if (each.isDirectory() && !each.name().startsWith(".")) {
        addNpy(storage, each.path(), prefix + each.name() + "/", arrays);
      } else if (each.name().endsWith(NPY)) {
        arrays.add(npy(storage, each, prefix + stem(each.name())));
      }
    }
  }

  private static String stem(String name) {
    return name.substring(0, name.length() - NPY.length());
  }

  private ArrayPlace npy(Storage storage, Entry file, String key) throws IOException {
    try (FileChannel channel = storage.open(file.path())) {
      ByteBuffer start = read(channel, FIRST_READ);
      int length = NpyHeader.length(start, NpyHeader.MAX_LENGTH);
      NpyHeader header =
          NpyHeader.parse(length <= start.remaining() ? start : read(channel, length));
      long bytes = header.spec().byteSize();
      if (header.spec().dtype().hasObject()) {
        throw new InputException(file.path() + ": pickled Python objects are never unpickled here");
      } else if (file.size() - header.length() < bytes) {
        throw new CorruptException(file.path() + ": array " + header.spec() + " takes " + bytes
            + " bytes from byte " + header.length() + " on, found "
            + (file.size() - header.length()) + "; the file is cut off");
      }
      return place(
          key,
          header.spec(),
          Piece.stored(file.path(), header.length(), bytes, OptionalInt.empty()));
    } catch (IllegalArgumentException e) {
      throw new CorruptException(file.path() + ": " + e.getMessage(), e);
    }
  }

  /** The first bytes of a file; fewer at its end. */
  private static ByteBuffer read(FileChannel channel, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(length, channel.size()));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
      continue;
    }
    return bytes.flip();
  }

  private List<ArrayPlace> archive(Storage storage, String path) throws IOException {
    try (NpzArchive archive =
        NpzArchive.open(Path.of(path), storage.open(path), NpyHeader.MAX_LENGTH)) {
      return archive(archive, path, headers);
    }
  }

  private static List<ArrayPlace> archive(NpzArchive archive, String path, Headers headers)
      throws IOException {
    List<ArrayPlace> arrays = new ArrayList<>();
    for (ArchiveMember member : archive.members()) {
      if (member.header().isEmpty()) {
        continue;
      }
      NpyHeader header = member.header().get();
      Piece piece = member.stored()
          ? Piece.stored(
              path,
              member.offset() + header.length(),
              header.spec().byteSize(),
              OptionalInt.of(member.dataCrc()))
          : deflated(path, member);
      arrays.add(new ArrayPlace(member.key(), headers.of(header.spec()), new Piece[] {piece}));
    }
    return arrays;
  }
}
