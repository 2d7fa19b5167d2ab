package io.parallelsaver.shm;

import io.parallelsaver.error.CorruptException;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.StorageFullException;
import io.parallelsaver.error.WorkerLostException;
import java.util.Locale;

/** Failed calls, apart by who has to do something. The order is that of the status file: append only. */
public enum ErrorKind {
  /** The caller: what it asked for cannot be done. */
  REFUSED,
  /** Who keeps the file: it is damaged. */
  CORRUPT,
  /** Who keeps the disk, or shared memory: it is full. */
  SPACE,
  /** Who keeps the machine: worker processes died again and again. */
  WORKERS,
  /** Whoever reads the error. */
  OTHER;

  /** Of which kind a failure is. */
  public static ErrorKind of(Throwable error) {
    if (error instanceof CorruptException) {
      return CORRUPT;
    } else if (error instanceof InputException) {
      return REFUSED;
    } else if (error instanceof StorageFullException) {
      return SPACE;
    }
    return error instanceof WorkerLostException ? WORKERS : OTHER;
  }

  /** Its name in JSON and metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
