package io.parallelsaver.spark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Files that are not this host's. */
final class HadoopStorage implements Storage {
  private final FileSystem files;
  private final Configuration configuration;

  HadoopStorage(FileSystem files, Configuration configuration) {
    this.files = files;
    this.configuration = configuration;
  }

  @Override
  public Optional<java.nio.file.Path> local(String path) {
    return Optional.empty();
  }

  @Override
  public Optional<Entry> find(String path) throws IOException {
    try {
      return Optional.of(entry(files.getFileStatus(new Path(path))));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static Entry entry(FileStatus status) {
    return new Entry(
        status.getPath().toString(),
        status.getPath().getName(),
        status.isDirectory(),
        status.isDirectory() ? 0 : status.getLen(),
        status.getModificationTime());
  }

  @Override
  public List<Entry> list(String directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (FileStatus status : files.listStatus(new Path(directory))) {
      entries.add(entry(status));
    }
    entries.sort(Comparator.comparing(Entry::name));
    return entries;
  }

  @Override
  public FileChannel open(String path) throws IOException {
    Path file = new Path(path);
    long size = files.getFileStatus(file).getLen();
    return new HadoopChannel(path, files.open(file), size);
  }

  @Override
  public InputStream read(String path) throws IOException {
    return files.open(new Path(path));
  }

  @Override
  public OutputStream create(String path, boolean durable) throws IOException {
    return files.create(new Path(path), false);
  }

  @Override
  public void makeDirectory(String path) throws IOException {
    if (!files.mkdirs(new Path(path))) {
      throw new IOException("cannot make the directory " + path);
    }
  }

  @Override
  public void bring(java.nio.file.Path file, String path) throws IOException {
    files.copyFromLocalFile(true, true, new Path(file.toUri()), new Path(path));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    if (files.exists(new Path(to))) {
      throw new FileAlreadyExistsException(to);
    }
    if (!files.rename(new Path(from), new Path(to))) {
      throw new IOException("cannot rename " + from + " to " + to);
    }
  }

  @Override
  public void replace(String from, String to) throws IOException {
    Path target = new Path(to);
    try {
      FileContext.getFileContext(files.getUri(), configuration)
          .rename(new Path(from), target, Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      // A file system of the older kind alone: none that has an atomic rename over a file.
      files.delete(target, false);
      rename(from, to);
    }
  }

  @Override
  public void sync(String directory) {}

  @Override
  public void delete(String path) throws IOException {
    files.delete(new Path(path), true);
  }
}
