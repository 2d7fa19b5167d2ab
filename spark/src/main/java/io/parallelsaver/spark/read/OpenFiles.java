package io.parallelsaver.spark.read;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.JoinedData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import io.parallelsaver.spark.plan.ArrayPlace;
import io.parallelsaver.spark.plan.Piece;
import io.parallelsaver.spark.storage.Storages;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The files a task reads. Those it has not used for longest are closed when they are many, and opened again when they are needed. */
final class OpenFiles implements Closeable {
  private static final int MOST = 64;

  private final Storages storages;
  private final Map<String, FileChannel> channels = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, NpzArchive> archives = new HashMap<>();

  OpenFiles(Storages storages) {
    this.storages = storages;
  }

  FileChannel channel(String file) throws IOException {
    FileChannel known = channels.get(file);
    if (known != null) {
      return known;
    }
    if (channels.size() == MOST) {
      Iterator<FileChannel> oldest = channels.values().iterator();
      oldest.next().close();
      oldest.remove();
    }
    FileChannel opened = storages.at(file).open(file);
    channels.put(file, opened);
    return opened;
  }

  /**
   * An array that reads its bytes when they are looked at.
   *
   * @throws InputException if an archive has been replaced by another since it was looked at
   */
  NDArray array(ArrayPlace place) throws IOException {
    List<ArrayData> parts = new ArrayList<>();
    for (Piece piece : place.pieces()) {
      parts.add(piece.member() == null ? new ChannelData(this, piece) : deflated(piece));
    }
    return NDArray.of(
        place.spec(),
        parts.size() == 1 ? parts.get(0) : new JoinedData(parts, OptionalInt.empty()));
  }

  private ArrayData deflated(Piece piece) throws IOException {
    NpzArchive archive = archives.get(piece.file());
    if (archive == null) {
      FileChannel channel = storages.at(piece.file()).open(piece.file());
      archive = NpzArchive.open(Path.of(piece.file()), channel, NpyHeader.MAX_LENGTH);
      archives.put(piece.file(), archive);
    }
    ArchiveMember member = archive
        .member(piece.member())
        .filter(found -> found.size() - found.headerLength() == piece.length())
        .orElseThrow(() -> new InputException(
            piece.file() + " has been replaced since it was looked at; read it again"));
    return archive.array(member).data();
  }

  @Override
  public void close() throws IOException {
    for (FileChannel channel : channels.values()) {
      channel.close();
    }
    for (NpzArchive archive : archives.values()) {
      archive.close();
    }
  }
}
