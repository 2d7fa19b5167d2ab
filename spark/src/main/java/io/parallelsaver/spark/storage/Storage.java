package io.parallelsaver.spark.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/**
 * The files of one file system. A path is a string: an absolute one where the files are this host's, else a whole URI. Errors of these
 * methods name the file.
 */
public interface Storage {
  /**
   * A file or directory that is there.
   *
   * @param path absolute
   * @param name its last part
   * @param size bytes; 0 for a directory
   * @param modified milliseconds since 1970
   */
  record Entry(String path, String name, boolean isDirectory, long size, long modified) {}

  /** The path as the JDK knows it, if the files are this host's. */
  Optional<java.nio.file.Path> local(String path);

  /** What has this path; empty if nothing has. */
  Optional<Entry> find(String path) throws IOException;

  /** What is in a directory, by name. */
  List<Entry> list(String directory) throws IOException;

  /** A file for positional reads: nothing but those, {@code size} and {@code close} can be asked of the channel. */
  FileChannel open(String path) throws IOException;

  /** A file from its beginning on. */
  InputStream read(String path) throws IOException;

  /**
   * A new file.
   *
   * @param durable whether its bytes are on the device when the stream is closed
   */
  OutputStream create(String path, boolean durable) throws IOException;

  /** Makes a directory and those around it, if they are not there. */
  void makeDirectory(String path) throws IOException;

  /** Gives a file of this host's its place there; it is gone here then. */
  void bring(java.nio.file.Path file, String path) throws IOException;

  /**
   * Renames a file to a name that is free.
   *
   * @throws IOException if that name is taken
   */
  void rename(String from, String to) throws IOException;

  /**
   * Renames a file over another, which may be there: readers see the one or the other where the file system can do that, as local ones and
   * HDFS can.
   */
  void replace(String from, String to) throws IOException;

  /** Makes the names in a directory last, where the file system does not do that by itself. */
  void sync(String directory) throws IOException;

  /** Removes a file or a directory with all that is in it; nothing if it is not there. */
  void delete(String path) throws IOException;

  /** A path of a name in a directory. */
  static String child(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  /** The last part of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
