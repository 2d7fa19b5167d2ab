package io.parallelsaver.spark.storage;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Finds the storage of a path, on the driver and in each task. */
public final class Storages implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Broadcast<SerializableConfiguration> configuration;

  private Storages(Broadcast<SerializableConfiguration> configuration) {
    this.configuration = configuration;
  }

  /** With the Hadoop configuration of a session, which each executor gets once. */
  public static Storages of(SparkSession session) {
    Configuration hadoop =
        ((org.apache.spark.sql.classic.SparkSession) session).sessionState().newHadoopConf();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    return new Storages(context.broadcast(new SerializableConfiguration(hadoop)));
  }

  /** The storage of paths that begin with {@code /}. */
  public static Storage ofThisHost() {
    return new LocalStorage();
  }

  private Configuration hadoop() {
    return configuration.value().value();
  }

  /** The storage of a path that {@link #absolute} or {@link #glob} gave. */
  public Storage at(String path) throws IOException {
    if (path.startsWith("/")) {
      return ofThisHost();
    }
    FileSystem files = new Path(path).getFileSystem(hadoop());
    return isLocal(files) ? ofThisHost() : new HadoopStorage(files, hadoop());
  }

  private static boolean isLocal(FileSystem files) {
    return files instanceof LocalFileSystem;
  }

  /** A path as everybody in the cluster understands it: absolute where it is local to each host, else a whole URI. */
  public String absolute(String path) throws IOException {
    Path given = new Path(path);
    FileSystem files = given.getFileSystem(hadoop());
    return string(files, files.makeQualified(given));
  }

  private static String string(FileSystem files, Path path) {
    return isLocal(files) ? path.toUri().getPath() : path.toString();
  }

  /**
   * The paths that a pattern of Hadoop's matches, in order; a path without a pattern matches itself if it is there.
   *
   * @return none if there is nothing
   */
  public List<String> glob(String pattern) throws IOException {
    Path given = new Path(pattern);
    FileSystem files = given.getFileSystem(hadoop());
    List<String> found = new ArrayList<>();
    FileStatus[] all = files.globStatus(given);
    for (FileStatus status : all == null ? new FileStatus[0] : all) {
      found.add(string(files, status.getPath()));
    }
    return found;
  }
}
