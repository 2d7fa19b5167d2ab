package io.parallelsaver.bench;

import static io.parallelsaver.SaverOptions.STORED;
import static io.parallelsaver.output.Durability.NONE;
import static io.parallelsaver.output.Durability.SYNC;

import java.util.List;

/** All that is measured, in the order of the report. */
final class Works {
  private static final String SAVEZ = "numpy.savez";
  private static final String LOAD = "np.load of all";
  private static final String ORIGINAL = "the Python original";
  private static final String METHOD =
      "The Python original's published method: a shared memory block, a pool task and a temporary .npy file for each array, then an archive of them";

  private Works() {}

  static List<Work> on(Workbench bench) {
    return List.of(
        new Save(
            bench,
            "save heap",
            SAVEZ,
            Sample.EIGHT,
            NONE,
            "savez",
            "8 arrays, Java's on the heap, to one archive; nothing is forced to the device."),
        new SaveShared(bench),
        new Save(
            bench,
            "save durable",
            SAVEZ + " + fsync",
            Sample.EIGHT,
            SYNC,
            "savez+fsync",
            "8 arrays to one archive, until file and name are on the device on both sides."),
        new Save(
            bench,
            "save durable vs page cache",
            SAVEZ,
            Sample.EIGHT,
            SYNC,
            "savez",
            "Ours until it is on the device; the peer only until the kernel has the bytes."),
        new SaveToDevice(bench),
        new Restore(
            bench, "restore copy", LOAD, Sample.EIGHT, STORED, "load", "8 arrays, copied out."),
        new RestoreShared(bench, LOAD),
        new OpenMapped(bench, LOAD),
        new SaveOne(bench),
        new SaveCompressed(bench),
        new Restore(
            bench,
            "restore compressed",
            LOAD,
            Sample.ONE_OF_NOISE,
            SaveCompressed.LEVEL,
            "load",
            "One array of noise of three digits, compressed by us."),
        new Save(
            bench,
            "save 10k",
            SAVEZ,
            Sample.SMALL,
            NONE,
            "savez",
            "Very many arrays of 1 KiB; nothing is forced to the device."),
        new Restore(
            bench, "restore 10k", LOAD, Sample.SMALL, STORED, "load", "Very many arrays of 1 KiB."),
        new ColdCommand(bench, "cli 1GiB", Sample.EIGHT),
        new ColdCommand(bench, "cli tiny", Sample.TINY),
        new Save(
            bench,
            "against the original, save",
            ORIGINAL,
            Sample.EIGHT,
            NONE,
            "original",
            METHOD + ". Durability none."),
        new Restore(
            bench,
            "against the original, restore",
            ORIGINAL,
            Sample.EIGHT,
            STORED,
            "original",
            METHOD + ", and the same way back."),
        new JetBrainsWrite(bench),
        new JetBrainsRead(bench));
  }
}
