package io.parallelsaver.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootsTest {
  @TempDir
  Path temporary;

  private Path root;
  private Path outside;
  private Roots roots;

  @BeforeEach
  void makeTrees() throws IOException {
    Path real = temporary.toRealPath();
    root = Files.createDirectories(real.resolve("root"));
    outside = Files.createDirectories(real.resolve("outside/folder"));
    Files.createDirectories(root.resolve("folder"));
    Files.writeString(root.resolve("file"), "inside");
    Files.writeString(outside.resolve("secret.npy"), "outside");
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("folder/link.npy"), outside.resolve("secret.npy"));
    Files.createSymbolicLink(root.resolve("in"), root.resolve("folder"));
    Files.createDirectories(real.resolve("root-beside"));
    roots = Roots.of(List.of(root));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out/secret.npy",
        "out",
        "folder/link.npy",
        "folder/../../outside/folder/secret.npy",
        "out/../folder/secret.npy",
        "../root-beside",
        "../outside/none"
      })
  void whatLeadsOutIsNoSource(String path) {
    InputException refused =
        assertThrows(InputException.class, () -> roots.source(root.resolve(path)));
    assertTrue(refused.getMessage().contains("refused"), refused.getMessage());
  }

  /** The shards of a set are read with it. */
  @Test
  void aShardThatLeadsOutIsNoSource() throws IOException {
    Path index = root.resolve("s.npz.index.json");
    Files.writeString(
        index,
        "{\"metadata\":{\"version\":1,\"total_size\":0},\"shards\":[{\"file\":\"s.npz\",\"size\":7}]}");
    assertThrows(InputException.class, () -> roots.tree(index), "there is no shard");
    Files.writeString(root.resolve("s.npz"), "shard 1");
    assertEquals(index, roots.tree(index));
    Files.delete(root.resolve("s.npz"));
    Files.createSymbolicLink(root.resolve("s.npz"), outside.resolve("secret.npy"));
    InputException refused = assertThrows(InputException.class, () -> roots.tree(index));
    assertTrue(refused.getMessage().contains("refused"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out/new.npz",
        "out/new/deep.npz",
        "folder/link.npy",
        "new/../../outside/x",
        "../root-beside/x",
        "../x",
        ".."
      })
  void whatLeadsOutIsNoTarget(String path) {
    InputException refused =
        assertThrows(InputException.class, () -> roots.target(root.resolve(path)));
    assertTrue(refused.getMessage().contains("refused"), refused.getMessage());
    assertFalse(Files.exists(outside.resolve("new.npz")));
  }

  @Test
  void whatIsInsideIsWhereItReallyIs() {
    assertEquals(root.resolve("file"), roots.source(root.resolve("folder/../file")));
    assertEquals(root.resolve("folder/x"), roots.target(root.resolve("in/x")));
    assertEquals(root.resolve("new/deep/x"), roots.target(root.resolve("new/deep/x")));
    InputException none =
        assertThrows(InputException.class, () -> roots.source(root.resolve("none")));
    assertEquals("there is no file " + root.resolve("none"), none.getMessage());
  }

  @Test
  void aDirectoryWithALinkOutIsNoSource() {
    assertThrows(InputException.class, () -> roots.tree(root.resolve("folder")));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The folder of the target becomes a link out of the root after everything was looked at. */
  @Test
  void aFolderThatIsSwappedForALinkLeadsNothingOut() throws IOException {
    for (boolean directory : List.of(false, true)) {
      Path folder = Files.createDirectories(root.resolve("swapped-" + directory));
      Request request = directory
          ? Requests.restore(folder.resolve("inner"), root.resolve("file"))
          : Requests.save(folder.resolve("x.npz"), root.resolve("file"));
      if (directory) {
        Files.createDirectories(folder.resolve("inner"));
        Files.createDirectories(outside.resolve("inner"));
      }
      Draft draft = Draft.prepare(roots, "a", request);
      Path out = draft.target(request.target(), request.format());
      Files.writeString(directory ? out.resolve("x.npy") : out, "new");
      draft.check();
      Files.move(folder, root.resolve("aside-" + directory));
      Files.createSymbolicLink(folder, outside);
      SaverException refused = assertThrows(SaverException.class, draft::publish);
      assertTrue(refused.getMessage().contains("symbolic link; refused"), refused.getMessage());
      assertEquals(
          directory ? List.of("inner", "secret.npy") : List.of("secret.npy"), names(outside));
      draft.remove();
    }
    assertEquals(List.of(), names(outside.resolve("inner")));
  }

  @Test
  void aLinkInATargetDirectoryLeadsNothingOut() throws IOException {
    Request request = Requests.restore(root.resolve("folder"), root.resolve("file"));
    Files.createSymbolicLink(root.resolve("folder/sub"), outside);
    Draft draft = Draft.prepare(roots, "a", request);
    Path out = draft.target(request.target(), request.format());
    Files.createDirectories(out.resolve("sub"));
    Files.writeString(out.resolve("sub/x.npy"), "new");
    assertThrows(InputException.class, draft::check);
    assertThrows(SaverException.class, draft::publish);
    assertEquals(List.of("secret.npy"), names(outside));
    draft.remove();
  }

  @Test
  void aLinkWithTheTargetsOwnNameIsReplaced() throws IOException {
    Request request = Requests.restore(root.resolve("folder"), root.resolve("file"));
    Draft draft = Draft.prepare(roots, "a", request);
    Files.writeString(draft.target(request.target(), request.format()).resolve("link.npy"), "new");
    draft.check();
    draft.publish();
    assertEquals("new", Files.readString(root.resolve("folder/link.npy")));
    assertEquals("outside", Files.readString(outside.resolve("secret.npy")));
    draft.remove();
  }

  @Test
  void aDraftIsClosedToOthersAndTheResultAsOpenAsWhatItReplaces() throws IOException {
    Request request = Requests.save(root.resolve("folder/x.npz"), root.resolve("file"));
    Path target = root.resolve("folder/x.npz");
    Files.writeString(target, "old");
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-rw-r--"));
    Draft draft = Draft.prepare(roots, "a", request);
    Path out = draft.target(request.target(), request.format());
    Files.writeString(out, "new");
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(root.resolve(".parallel-saver"))));
    draft.check();
    draft.publish();
    draft.remove();
    assertEquals("rw-rw-r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(target)));
    assertEquals("new", Files.readString(target));
    assertFalse(Files.exists(root.resolve(".parallel-saver")));
  }

  /** A directory that hands its group on does so to what comes there from elsewhere, too. */
  @Test
  void aSharedDirectoryHandsItsGroupOn() throws IOException {
    Path shared = Files.createDirectories(root.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 02775);
    Request request = Requests.restore(shared.resolve("made"), root.resolve("file"));
    Draft draft = Draft.prepare(roots, "a", request);
    Path out = draft.target(request.target(), request.format());
    Files.writeString(out.resolve("x.npy"), "new");
    draft.check();
    draft.publish();
    draft.remove();
    int mode = (int) Files.getAttribute(shared.resolve("made"), "unix:mode");
    assertEquals(02000, mode & 02000, Integer.toOctalString(mode));
    assertEquals(
        Files.getAttribute(shared, "unix:gid"),
        Files.getAttribute(shared.resolve("made/x.npy"), "unix:gid"));
  }

  @Test
  void aSomebodyElsesDraftFolderIsNotUsed() throws IOException {
    Path folder = Files.createDirectories(root.resolve(".parallel-saver"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Request request = Requests.save(root.resolve("folder/x.npz"), root.resolve("file"));
    Draft draft = Draft.prepare(roots, "a", request);
    assertTrue(Files.exists(root.resolve("folder/.parallel-saver/a")));
    draft.remove();
    assertEquals(List.of(), names(folder));
  }
}
