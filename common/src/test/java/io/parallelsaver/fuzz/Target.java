package io.parallelsaver.fuzz;

import io.parallelsaver.job.JobTarget;
import java.io.IOException;
import java.util.Locale;

/** All targets. */
enum Target {
  NPY(NpyTarget.class, NpyTarget::fuzzerTestOneInput),
  ARCHIVE(ArchiveTarget.class, ArchiveTarget::fuzzerTestOneInput),
  SALVAGE(SalvageTarget.class, SalvageTarget::fuzzerTestOneInput),
  PICKLE(PickleTarget.class, PickleTarget::fuzzerTestOneInput),
  SAFETENSORS(SafetensorsTarget.class, SafetensorsTarget::fuzzerTestOneInput),
  INDEX(IndexTarget.class, IndexTarget::fuzzerTestOneInput),
  JOB(JobTarget.class, JobTarget::fuzzerTestOneInput);

  /** Reads one input. */
  interface Reader {
    void read(byte[] input) throws IOException;
  }

  private final Class<?> main;
  private final Reader reader;

  Target(Class<?> main, Reader reader) {
    this.main = main;
    this.reader = reader;
  }

  /** The class that the fuzzer is given. */
  String className() {
    return main.getName();
  }

  void read(byte[] input) throws IOException {
    reader.read(input);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
