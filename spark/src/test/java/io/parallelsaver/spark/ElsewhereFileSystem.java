package io.parallelsaver.spark;

import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** A file system that is not this host's, as far as anybody can tell: {@code elsewhere:/path}. */
public final class ElsewhereFileSystem extends RawLocalFileSystem {
  static final String SETTING = "spark.hadoop.fs.elsewhere.impl";

  /** Hadoop makes it. */
  public ElsewhereFileSystem() {}

  @Override
  public URI getUri() {
    return URI.create("elsewhere:///");
  }

  @Override
  public String getScheme() {
    return "elsewhere";
  }

  @Override
  protected void checkPath(Path path) {}
}
