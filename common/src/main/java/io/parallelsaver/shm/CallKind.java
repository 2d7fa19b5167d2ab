package io.parallelsaver.shm;

import java.util.Locale;

/** What a call of a coordinator is about, as those who look on are told. The order is that of the status file: append only. */
public enum CallKind {
  SAVE(true),
  /** Into the memory of the coordinator's JVM. */
  RESTORE(false),
  /** Into shared memory, to be looked at there. */
  SHARE(false),
  /** To {@code .npy} files. */
  EXTRACT(false),
  CONVERT(true),
  VERIFY(false),
  REPAIR(true);

  private final boolean writes;

  CallKind(boolean writes) {
    this.writes = writes;
  }

  /** Whether its bytes count as written; else they count as read. */
  public boolean writes() {
    return writes;
  }

  /** Its name in JSON and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
