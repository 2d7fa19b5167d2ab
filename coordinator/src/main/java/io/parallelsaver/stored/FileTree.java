package io.parallelsaver.stored;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The files below a directory, but not those that are still being made there by others. */
public final class FileTree {
  /** Folders with unfinished files, which nobody else may look into, begin so. */
  public static final String OURS = ".parallel-saver";

  private FileTree() {}

  /** Files and symbolic links below a directory, in no order. No link is followed. */
  public static List<Path> of(Path directory) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(directory, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        boolean ours =
            !folder.equals(directory) && String.valueOf(folder.getFileName()).startsWith(OURS);
        return ours ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        files.add(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
        // One of those folders is closed to others, or gone by now.
        if (String.valueOf(file.getFileName()).startsWith(OURS)) {
          return FileVisitResult.CONTINUE;
        }
        throw e;
      }
    });
    return files;
  }
}
