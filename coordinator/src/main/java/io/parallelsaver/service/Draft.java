package io.parallelsaver.service;

import io.parallelsaver.error.FileFailure;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.output.Durability;
import io.parallelsaver.save.DirectorySave;
import io.parallelsaver.shm.Trees;
import io.parallelsaver.stored.Format;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the result of a request is made, and from where it goes to its place: {@code out} in a folder of its own, which is the daemon's
 * alone. What is in {@code out} goes to the same names in a directory below a root, each file by one rename. What is still in {@code out}
 * is not in its place yet, and what was there is: so a daemon that was killed in between can go on, and nothing goes to its place twice.
 */
final class Draft {
  /** A request that replaces no pickles. */
  private static final int NO_PICKLES = -1;

  private final Path root;
  private final Path directory;
  private final boolean made;
  private final Path home;
  private int pickles = NO_PICKLES;

  /** Where names have changed. */
  private final Set<Path> touched = new LinkedHashSet<>();

  private Draft(Path root, Path directory, boolean made, Path home) {
    this.root = root;
    this.directory = directory;
    this.made = made;
    this.home = home;
  }

  /**
   * Makes the folder.
   *
   * @throws SaverException if the target cannot be, or lies under no root
   */
  static Draft prepare(Roots roots, String id, Request request) {
    Path target = request.format().place(request.target());
    Path real = roots.target(target);
    Path root = roots.of(real).orElseThrow();
    boolean whole = request.format().isDirectory();
    Path directory = whole ? real : real.getParent();
    if (!whole) {
      if (Files.isDirectory(real)) {
        throw new SaverException("cannot write to " + target + ": it is a directory; name a file");
      } else if (!Files.isDirectory(directory)) {
        throw new SaverException("cannot write to " + target + ": there is no directory "
            + directory + "; make it first");
      }
    }
    try {
      Path home = DraftFolder.make(root, directory, id);
      Draft draft = new Draft(root, directory, whole, home);
      Files.createDirectory(draft.out());
      return draft;
    } catch (IOException e) {
      throw FileFailure.of("cannot write to " + target, real, 0, e);
    }
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("root", root.toString());
    map.put("directory", directory.toString());
    map.put("made", made);
    map.put("home", home.toString());
    map.put("pickles", pickles);
    return map;
  }

  static Draft of(Members members) {
    Draft draft = new Draft(
        Path.of(members.text("root")),
        Path.of(members.text("directory")),
        members.is("made"),
        Path.of(members.text("home")));
    draft.pickles = Math.toIntExact(members.number("pickles"));
    return draft;
  }

  private Path out() {
    return home.resolve("out");
  }

  /** What a saver writes instead of the target. */
  Path target(Path target, Format format) {
    return format.isDirectory() ? out() : out().resolve(format.place(target).getFileName());
  }

  /** A saver's words, with the place that is meant. */
  String inPlace(String message) {
    return message.replace(out().toString(), directory.toString());
  }

  /** Files of an older and longer save in this format are to go with the replaced. */
  void replacesPickles(int arrays) {
    pickles = arrays;
  }

  /**
   * Looks whether everything can go to its place, and gives it the permissions it will have there.
   *
   * @throws InputException if there is a directory, or a symbolic link on the way
   */
  void check() {
    try (SecureDirectoryStream<Path> to = Roots.open(root, directory)) {
      check(out(), to, directory);
    } catch (NoSuchFileException e) {
      if (!made) {
        throw new SaverException("cannot write to " + directory + ": it is gone; make it again", e);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot write to " + directory, directory, 0, e);
    }
    inherit();
  }

  private void inherit() {
    Path there = directory;
    while (Files.notExists(there)) {
      there = there.getParent();
    }
    try {
      DraftFolder.inherit(out(), there);
    } catch (IOException e) {
      throw FileFailure.of(
          "cannot give what is made in " + directory + " its group", directory, 0, e);
    }
  }

  private void check(Path from, SecureDirectoryStream<Path> to, Path shown) throws IOException {
    for (Path each : list(from)) {
      Path name = each.getFileName();
      Path place = shown.resolve(name);
      BasicFileAttributeView there =
          to.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      try {
        if (Files.isDirectory(each)) {
          try (SecureDirectoryStream<Path> folder = Roots.enter(to, name, place)) {
            check(each, folder, place);
          }
        } else if (there.readAttributes().isDirectory()) {
          throw new InputException(place + " is a directory; remove it first");
        } else if (!made) {
          DraftFolder.keepPermissions(each, to, name);
        }
      } catch (NoSuchFileException e) {
        // Nothing in its way.
      }
    }
  }

  /** What stands in a folder of ours; not what could not be removed of a saver's own. */
  private static List<Path> list(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var entries = Files.newDirectoryStream(folder)) {
      for (Path each : entries) {
        if (!each.getFileName().toString().endsWith(".unfinished")) {
          found.add(each);
        }
      }
    }
    return found;
  }

  /** Forces all of it to the device, names included. */
  void force(Durability durability) {
    try {
      if (durability == Durability.SYNC) {
        DraftFolder.forceFiles(out());
      }
      DraftFolder.forceNames(out());
      Journal.force(home);
      Journal.force(home.getParent());
      Journal.force(home.getParent().getParent());
    } catch (IOException e) {
      throw FileFailure.of("cannot force " + directory + " to its device", directory, 0, e);
    }
  }

  /** Whether the folder is there at all. If it is not, nobody can tell what has become of it. */
  boolean isThere() {
    return Files.isDirectory(out());
  }

  /**
   * Gives all that is still here its place, and forces the names to the device. May be called again after whatever has happened.
   *
   * @throws SaverException if something is in the way; what is in its place already stays there
   */
  void publish() {
    touched.clear();
    try (SecureDirectoryStream<Path> ours = Trees.open(home);
        SecureDirectoryStream<Path> from = Trees.open(ours, Path.of("out"));
        SecureDirectoryStream<Path> to = openTarget(ours)) {
      touched.add(directory);
      move(ours, from, out(), to, directory);
      if (pickles != NO_PICKLES) {
        for (Path each : list(directory)) {
          if (DirectorySave.isBeyond(each, pickles)) {
            to.deleteFile(each.getFileName());
          }
        }
      }
      for (Path folder : touched) {
        Journal.force(folder);
      }
    } catch (IOException e) {
      throw FileFailure.of("cannot finish in " + directory, directory, 0, e);
    }
  }

  private SecureDirectoryStream<Path> openTarget(SecureDirectoryStream<Path> ours)
      throws IOException {
    if (!made) {
      return Roots.open(root, directory);
    }
    SecureDirectoryStream<Path> there = Trees.open(root);
    Path shown = root;
    for (Path name : root.relativize(directory)) {
      if (name.toString().isEmpty()) {
        break;
      }
      try (SecureDirectoryStream<Path> parent = there) {
        there = enterOrMake(ours, parent, name, shown);
      }
      shown = shown.resolve(name);
    }
    return there;
  }

  private void move(
      SecureDirectoryStream<Path> ours,
      SecureDirectoryStream<Path> from,
      Path draft,
      SecureDirectoryStream<Path> to,
      Path shown)
      throws IOException {
    for (Path each : list(draft)) {
      Path name = each.getFileName();
      if (Files.isDirectory(each)) {
        Path place = shown.resolve(name);
        try (SecureDirectoryStream<Path> inner = Trees.open(from, name);
            SecureDirectoryStream<Path> folder = enterOrMake(ours, to, name, shown)) {
          touched.add(place);
          move(ours, inner, each, folder, place);
        }
      } else {
        from.move(name, to, name);
      }
    }
  }

  /** A folder is made here and moved there: there is no way to make one in an open directory. */
  private SecureDirectoryStream<Path> enterOrMake(
      SecureDirectoryStream<Path> ours, SecureDirectoryStream<Path> to, Path name, Path shown)
      throws IOException {
    try {
      return Roots.enter(to, name, shown.resolve(name));
    } catch (NoSuchFileException e) {
      Path made = home.resolve("folder");
      if (Files.notExists(made)) {
        Files.createDirectory(made);
      }
      DraftFolder.inherit(made, shown);
      try {
        ours.move(made.getFileName(), to, name);
      } catch (FileAlreadyExistsException | DirectoryNotEmptyException faster) {
        // Somebody else has made it meanwhile.
      }
      touched.add(shown);
      return Roots.enter(to, name, shown.resolve(name));
    }
  }

  /** Removes the folder with all that is still in it. */
  void remove() throws IOException {
    DraftFolder.remove(home);
  }
}
