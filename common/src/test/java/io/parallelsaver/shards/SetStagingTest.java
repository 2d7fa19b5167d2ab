package io.parallelsaver.shards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One set after the other under one name. Their shards hold the name of the set that they belong to. */
class SetStagingTest {
  @TempDir
  Path temp;

  private Path index() {
    return temp.resolve("s.npz.index.json");
  }

  /** Makes the folder of a set, ready to be committed. */
  private void stage(String set, int count) throws IOException {
    Path folder = Files.createDirectory(SetStaging.folder(index(), set));
    List<Shard> shards = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      String name = ShardIndex.shardName(index(), i, count);
      Files.writeString(folder.resolve(name), set);
      shards.add(new Shard(name, set.length()));
    }
    IndexHead head = new IndexHead(0, Optional.of(set), shards);
    Files.writeString(folder.resolve("s.npz.index.json"), SetIndex.text(head, List.of()));
  }

  private void save(String set, int count) throws IOException {
    stage(set, count);
    assertEquals(Optional.empty(), SetStaging.commit(index(), set, true));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The set that the index and all its shards belong to. */
  private String whole() throws IOException {
    ShardIndex read = ShardIndex.read(index());
    String set = read.head().set().orElseThrow();
    for (int i = 0; i < read.head().shards().size(); i++) {
      assertEquals(set, Files.readString(read.file(i)), "shard " + i);
    }
    return set;
  }

  @Test
  void replacesASetOfMoreShards() throws IOException {
    save("one", 3);
    save("two", 2);
    assertEquals("two", whole());
    assertEquals(
        List.of("s-00001-of-00002.npz", "s-00002-of-00002.npz", "s.npz.index.json"), names());
  }

  @Test
  void replacesASetOfTheSameNames() throws IOException {
    save("one", 2);
    save("two", 2);
    assertEquals("two", whole());
    assertEquals(3, names().size());
  }

  /** Dead between the index and its shards' places; some of them moved. */
  private void dieHalfWay(String set, int count, int moved) throws IOException {
    stage(set, count);
    Path folder = SetStaging.folder(index(), set);
    List<String> lines = new ArrayList<>(List.of("s.npz.index.json"));
    if (Files.exists(index())) {
      IndexReader.head(index()).shards().forEach(shard -> lines.add(shard.file()));
    }
    Files.write(folder.resolve("target"), lines);
    Files.move(folder.resolve("s.npz.index.json"), index(), StandardCopyOption.REPLACE_EXISTING);
    for (int i = 1; i <= moved; i++) {
      String name = ShardIndex.shardName(index(), i, count);
      Files.move(folder.resolve(name), temp.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void isWholeWhereverItsShardsAre() throws IOException {
    for (int moved = 0; moved <= 3; moved++) {
      save("old" + moved, 4);
      dieHalfWay("new" + moved, 3, moved);
      assertEquals("new" + moved, whole());
      assertTrue(SetStaging.finish(SetStaging.folder(index(), "new" + moved)));
      assertEquals("new" + moved, whole());
      assertEquals(4, names().size(), names().toString());
    }
  }

  @Test
  void theNextSaveFinishesItFirst() throws IOException {
    save("old", 2);
    dieHalfWay("new", 2, 1);
    save("next", 2);
    assertEquals("next", whole());
    assertEquals(3, names().size(), names().toString());
  }

  @Test
  void whatHasNoIndexIsNotFinished() throws IOException {
    save("old", 2);
    stage("new", 2);
    Path folder = SetStaging.folder(index(), "new");
    assertFalse(SetStaging.finish(folder), "without a target");
    Files.writeString(folder.resolve("target"), "s.npz.index.json\n");
    assertFalse(SetStaging.finish(folder), "the index is another set's");
    Files.delete(index());
    assertFalse(SetStaging.finish(folder), "there is no index");
    Files.writeString(folder.resolve("target"), "../s.npz.index.json\n");
    assertFalse(SetStaging.finish(folder), "elsewhere");
    assertEquals("old", Files.readString(temp.resolve("s-00001-of-00002.npz")));
  }

  @Test
  void anIndexThatIsNoneIsReplaced() throws IOException {
    Files.writeString(index(), "{}");
    save("new", 1);
    assertEquals("new", whole());
  }

  @Test
  void failsBeforeItsPlaceIfTheIndexIsMissing() throws IOException {
    save("old", 2);
    stage("new", 2);
    Files.delete(SetStaging.folder(index(), "new").resolve("s.npz.index.json"));
    assertThrows(IOException.class, () -> SetStaging.commit(index(), "new", false));
    assertEquals("old", whole());
  }

  /** Whoever comes last, all shards are of the set that the index names. */
  @Test
  void manyAtOnce() throws Exception {
    int rounds = 30;
    for (String saver : List.of("a", "b", "c", "d")) {
      for (int i = 0; i < rounds; i++) {
        stage(saver + i, 1 + i % 3);
      }
    }
    ExecutorService savers = Executors.newFixedThreadPool(4);
    List<Future<?>> done = new ArrayList<>();
    for (String saver : List.of("a", "b", "c", "d")) {
      done.add(savers.submit(() -> {
        for (int i = 0; i < rounds; i++) {
          SetStaging.commit(index(), saver + i, false);
        }
        return null;
      }));
    }
    for (Future<?> each : done) {
      each.get(60, TimeUnit.SECONDS);
    }
    savers.shutdown();
    ShardIndex last = ShardIndex.read(index());
    whole();
    assertEquals(last.head().shards().size() + 1, names().size(), names().toString());
  }
}
