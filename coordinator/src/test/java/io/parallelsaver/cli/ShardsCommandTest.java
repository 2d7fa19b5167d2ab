package io.parallelsaver.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.testing.JsonText;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sharded sets, from the shell. */
@RequiresNumPy
class ShardsCommandTest {
  @TempDir
  Path temp;

  private Path set;

  @BeforeEach
  void make() throws IOException {
    set = Files.createDirectory(temp.resolve("sets")).resolve("s.npz");
    NumPy.run(
        "d = sys.argv[1]\n"
            + "np.save(d + '/a.npy', np.arange(9000.0).reshape(900, 10))\n"
            + "np.save(d + '/b.npy', np.float32(7))\n",
        temp);
  }

  private Cli save(Object... options) {
    Object[] all = new Object[options.length + 4];
    System.arraycopy(
        new Object[] {"save", set, temp.resolve("a.npy"), temp.resolve("b.npy")}, 0, all, 0, 4);
    System.arraycopy(options, 0, all, 4, options.length);
    return Cli.run(all);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(set.getParent())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void isSavedListedVerifiedRestoredAndConverted() throws IOException {
    Cli saved = save("--shard-size", "32K").exits(0);
    assertTrue(saved.out().contains("saved 2 arrays"), saved.out());
    assertTrue(saved.out().contains("s.npz.index.json"), saved.out());
    assertEquals(
        List.of(
            "s-00001-of-00003.npz",
            "s-00002-of-00003.npz",
            "s-00003-of-00003.npz",
            "s.npz.index.json"),
        names());

    Cli listed = Cli.run("inspect", set).exits(0);
    assertTrue(listed.out().contains("in 3 shards"), listed.out());
    assertTrue(listed.out().contains("2 arrays, 72004 bytes in "), listed.out());
    Map<?, ?> json =
        Cli.run("inspect", set.getParent().resolve("s"), "--json").exits(0).json();
    List<?> parts = (List<?>) JsonText.at(json, "members", 0, "parts");
    assertEquals(3, parts.size());
    assertEquals(
        set.resolveSibling("s-00002-of-00003.npz").toString(), JsonText.at(parts, 1, "file"));

    assertTrue(Cli.run("verify", set).exits(0).out().contains("is whole: 2 arrays"));
    Cli.run("restore", set, "--out", temp.resolve("out"), "--keys", "a").exits(0);
    Cli.run("convert", set, temp.resolve("one.npz")).exits(0);
    Cli.run("convert", temp.resolve("one.npz"), temp.resolve("two"), "--shards", "2")
        .exits(0);
    NumPy.run(
        "d = sys.argv[1]\n"
            + "a = np.arange(9000.0).reshape(900, 10)\n"
            + "assert (np.load(d + '/out/a.npy') == a).all()\n"
            + "assert (np.load(d + '/one.npz')['a'] == a).all()\n"
            + "two = [np.load(d + f'/two-0000{i}-of-00002.npz') for i in (1, 2)]\n"
            + "rows = [z[k] for z in two for k in z.files if k.startswith('a')]\n"
            + "assert (np.concatenate(rows) == a).all()\n",
        temp);
    Cli.run("save", temp.resolve("three.npz"), set).exits(0);
  }

  @Test
  void damageIsNamed() throws IOException {
    save("--shards", "3").exits(0);
    Files.delete(set.resolveSibling("s-00003-of-00003.npz"));
    Cli missing = Cli.run("verify", set).exits(3);
    assertTrue(
        missing.err().contains("shard s-00003-of-00003.npz is not there; in it stand"),
        missing.err());
    assertEquals(false, Cli.run("verify", set, "--json").exits(3).json().get("whole"));
    Cli.run("restore", set, "--out", temp.resolve("out")).exits(3);
    Cli repair =
        Cli.run("repair", set.resolveSibling("s.npz.index.json"), "--dry-run").exits(3);
    assertTrue(repair.err().contains("are repaired one by one"), repair.err());
  }

  @Test
  void whatDoesNotGoTogetherIsAMistake() throws IOException {
    for (Object[] options : List.of(
        new Object[] {"--shards", "2", "--shard-size", "1M"},
        new Object[] {"--shards", "-1"},
        new Object[] {"--shards", "100000"},
        new Object[] {"--shard-size", "0"},
        new Object[] {"--shard-size", "big"},
        new Object[] {"--shards", "2", "--compress"},
        new Object[] {"--shards", "2", "--format", "npy"})) {
      save(options).exits(2);
    }
    Cli.run("save", set.resolveSibling("s.npz.index.json"), temp.resolve("a.npy"))
        .exits(2);
    assertEquals(List.of(), names());
    save().exits(0);
    Cli taken = save("--shards", "2").exits(3);
    assertTrue(taken.err().contains("whoever asks for it would get that"), taken.err());
    assertEquals(List.of("s.npz"), names());
  }

  /** What a power cut leaves when the index was in its place: the set is read, and finished by clean. */
  @Test
  void cleanFinishesASet() throws IOException {
    save("--shards", "3").exits(0);
    Path index = set.resolveSibling("s.npz.index.json");
    Object name = JsonText.at(JsonText.parse(Files.readString(index)), "metadata", "set");
    Path folder = Files.createDirectory(set.resolveSibling("." + name + ".shards"));
    Files.writeString(folder.resolve("target"), "s.npz.index.json\nold.npz\n");
    Files.writeString(set.resolveSibling("old.npz"), "of the set before");
    String shard = "s-00002-of-00003.npz";
    Files.move(set.resolveSibling(shard), folder.resolve(shard), StandardCopyOption.ATOMIC_MOVE);
    Cli.run("verify", set).exits(0);
    Cli clean = Cli.run("clean", "--in", set.getParent()).exits(0);
    assertTrue(clean.out().contains("finished " + folder), clean.out());
    Cli.run("verify", set).exits(0);
    assertEquals(4, names().size(), names().toString());
  }
}
