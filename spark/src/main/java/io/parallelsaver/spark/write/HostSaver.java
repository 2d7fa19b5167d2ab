package io.parallelsaver.spark.write;

import io.parallelsaver.Saver;
import io.parallelsaver.SaverOptions;
import io.parallelsaver.output.Durability;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.spark.WriteOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The saver of this executor, shared by its tasks and kept as long as the JVM: with the host's resident workers if there are any when it is
 * first needed, else with own ones, which are started only for shards that are worth it.
 */
final class HostSaver {
  /** An executor saves many shards: what it takes to reach resident workers is paid once, and not worth a thought but for small ones. */
  private static final long LOCAL_BYTES = 16 << 20;

  /** What one saver has in common with all that use it: where a set goes, and how it is cut, is the call's. */
  private record Kind(Durability durability, String pool) {}

  private static final Map<Kind, Saver> SAVERS = new HashMap<>();

  static {
    // What it would say belongs on no executor's log.
    System.setProperty("chronicle.announcer.disable", "true");
    System.setProperty("chronicle.analytics.disable", "true");
  }

  private HostSaver() {}

  static synchronized Saver of(WriteOptions options) {
    return SAVERS.computeIfAbsent(new Kind(options.durability(), options.pool()), HostSaver::open);
  }

  private static Saver open(Kind kind) {
    SaverOptions saver = SaverOptions.defaults().withDurability(kind.durability());
    Path pool = Path.of(kind.pool());
    boolean residents = !new PoolDirectory(pool).sockets().isEmpty();
    return Saver.openLazily(
        residents ? saver.withResidents(pool, true).withLocalBytes(LOCAL_BYTES) : saver);
  }
}
