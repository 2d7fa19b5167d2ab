package io.parallelsaver.testing;

import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.NpzArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that directory and headers of an archive say. */
public record Archive(long size, List<ArchiveMember> members) {
  public static Archive read(Path file) throws IOException {
    try (NpzArchive archive = NpzArchive.open(file)) {
      return new Archive(archive.size(), archive.members());
    }
  }

  /** The members that are arrays, by key. */
  public Map<String, ArchiveMember> arrays() {
    Map<String, ArchiveMember> arrays = new LinkedHashMap<>();
    for (ArchiveMember member : members) {
      if (member.header().isPresent()) {
        arrays.put(member.key(), member);
      }
    }
    return arrays;
  }
}
