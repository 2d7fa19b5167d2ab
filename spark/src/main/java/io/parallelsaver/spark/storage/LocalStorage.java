package io.parallelsaver.spark.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** This host's files, without Hadoop in between, which would lay a file of checksums beside each. */
final class LocalStorage implements Storage {
  /** Others may add files to a directory while it is being removed. */
  private static final int MOST_TRIES = 100;

  @Override
  public Optional<Path> local(String path) {
    return Optional.of(Path.of(path));
  }

  @Override
  public Optional<Entry> find(String path) throws IOException {
    try {
      return Optional.of(entry(Path.of(path)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Entry entry(Path path) throws IOException {
    BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
    return new Entry(
        path.toString(),
        String.valueOf(path.getFileName()),
        found.isDirectory(),
        found.isDirectory() ? 0 : found.size(),
        found.lastModifiedTime().toMillis());
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(Path.of(directory))) {
      for (Path path : paths) {
        entries.add(entry(path));
      }
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  @Override
  public FileChannel open(String path) throws IOException {
    return FileChannel.open(Path.of(path), StandardOpenOption.READ);
  }

  @Override
  public InputStream read(String path) throws IOException {
    return Files.newInputStream(Path.of(path));
  }

  @Override
  public OutputStream create(String path, boolean durable) throws IOException {
    FileChannel channel =
        FileChannel.open(Path.of(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    return new BufferedOutputStream(Channels.newOutputStream(channel)) {
      @Override
      public void close() throws IOException {
        try (channel) {
          flush();
          if (durable) {
            channel.force(true);
          }
        }
      }
    };
  }

  @Override
  public void makeDirectory(String path) throws IOException {
    Files.createDirectories(Path.of(path));
  }

  @Override
  public void bring(Path file, String path) throws IOException {
    Files.move(file, Path.of(path), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    if (Files.exists(Path.of(to))) {
      throw new FileAlreadyExistsException(to);
    }
    replace(from, to);
  }

  @Override
  public void replace(String from, String to) throws IOException {
    Files.move(Path.of(from), Path.of(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void sync(String directory) throws IOException {
    try (FileChannel channel = FileChannel.open(Path.of(directory), StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void delete(String path) throws IOException {
    Path top = Path.of(path);
    for (int tries = 1; Files.exists(top); tries++) {
      try {
        deleteTree(top);
      } catch (IOException e) {
        if (tries == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  private static void deleteTree(Path top) throws IOException {
    Files.walkFileTree(top, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
        Files.deleteIfExists(folder);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
