package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.BufferData;
import io.parallelsaver.array.JoinedData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.error.SaverException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.JobFile.Mode;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputDirectory;
import io.parallelsaver.pickle.PickledArray;
import io.parallelsaver.pickle.PickledArray.Framing;
import io.parallelsaver.pickle.PickledKey;
import io.parallelsaver.pickle.PickledMetadata;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.save.SavePlan.Placement;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One save of named arrays into a directory of files. No file is changed unless all of them are whole. */
public final class DirectorySave {
  private static final Pattern PICKLE =
      Pattern.compile("data_(?:index_|metadata_)?([0-9]{1,18})\\.dat");
  private static final ArrayData NO_DATA = new BufferData();

  private final WorkerPool pool;
  private final Durability durability;
  private final Executor staging;
  private final ProgressListener progress;
  private final long call;
  private final OutputDirectory output;

  private final List<Placement> placements = new ArrayList<>();
  private final CallFiles files = new CallFiles();
  private final List<Path> places = new ArrayList<>();

  private DirectorySave(
      WorkerPool pool,
      Path directory,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    this.pool = pool;
    this.durability = durability;
    this.staging = staging;
    this.progress = progress;
    this.call = pool.newCall();
    this.output = OutputDirectory.prepare(pool.run(), call, directory);
  }

  /**
   * Saves each array to {@code directory/KEY.npy}; a {@code /} in a key makes folders.
   *
   * @param arrays arrays by key
   * @param staging threads that copy array bytes into the arena
   * @throws SaverException if anything failed; no file was changed then
   */
  public static FileSave.Result npy(
      WorkerPool pool,
      Path directory,
      Map<String, NDArray> arrays,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    DirectorySave save = new DirectorySave(pool, directory, durability, staging, progress);
    return save.finish(
        arrays.size(),
        List.of(),
        () -> arrays.forEach((key, array) -> {
          checkDtype(key, array);
          byte[] header = NpyHeader.bytes(array.spec());
          save.add(key, save.output.place(key, ".npy"), header, array.data());
        }));
  }

  /**
   * Saves in the layout of the original's first system: for the N-th array, from 1 on, {@code data_N.dat} with the pickled array,
   * {@code data_index_N.dat} with the pickled key, and {@code data_metadata_N.dat} with the pickled {@code (shape, dtype, offset)},
   * where the offset is the array's place in a block that holds all arrays at multiples of 64. Such files of more arrays that an
   * earlier save has left are removed.
   *
   * @param arrays arrays by key
   * @param staging threads that copy array bytes into the arena
   * @throws SaverException if anything failed; no file was changed then
   */
  public static FileSave.Result pickle(
      WorkerPool pool,
      Path directory,
      Map<String, NDArray> arrays,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    DirectorySave save = new DirectorySave(pool, directory, durability, staging, progress);
    return save.finish(arrays.size(), save.beyond(arrays.size()), () -> save.addPickles(arrays));
  }

  private void addPickles(Map<String, NDArray> arrays) {
    int number = 0;
    long offset = 0;
    for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
      String key = entry.getKey();
      ArraySpec spec = entry.getValue().spec();
      checkDtype(key, entry.getValue());
      number++;
      Framing framing = PickledArray.framing(spec);
      add(
          key,
          output.place("data_" + number, ".dat"),
          framing.before(),
          entry.getValue().data(),
          framing.after());
      add(
          key,
          output.place("data_index_" + number, ".dat"),
          PickledKey.bytes(key),
          NO_DATA,
          SavePlan.NOTHING);
      byte[] metadata = new PickledMetadata(spec, offset).bytes();
      add(
          key,
          output.place("data_metadata_" + number, ".dat"),
          metadata,
          NO_DATA,
          SavePlan.NOTHING);
      long end = Math.addExact(offset, spec.byteSize());
      offset = Math.addExact(end, -end & (PickledArray.ALIGNMENT - 1));
    }
  }

  private static void checkDtype(String key, NDArray array) {
    if (array.dtype().hasObject()) {
      throw new InputException("array " + PythonText.quote(key) + " has dtype " + array.dtype()
          + ": Python objects cannot be saved, only bytes");
    }
  }

  /** An array whose bytes stand in several files is moved from each of them. */
  private void add(String key, Path place, byte[] before, ArrayData bytes) {
    if (!(bytes instanceof JoinedData joined)) {
      add(key, place, before, bytes, SavePlan.NOTHING);
      return;
    }
    int index = places.size();
    byte[] framing = before;
    long at = 0;
    for (ArrayData part : joined.parts()) {
      Placement placement = Placement.unsummed(key, index, at, framing, part, SavePlan.NOTHING);
      placements.add(placement);
      at = placement.end();
      framing = SavePlan.NOTHING;
    }
    places.add(place);
    files.write(Mode.CREATE, output.unfinished(index), at);
  }

  private void add(String key, Path place, byte[] before, ArrayData bytes, byte[] after) {
    int index = places.size();
    Placement placement = Placement.unsummed(key, index, 0, before, bytes, after);
    places.add(place);
    placements.add(placement);
    files.write(Mode.CREATE, output.unfinished(index), placement.end());
  }

  private FileSave.Result finish(int arrays, List<Path> outdated, Runnable plan) {
    try {
      plan.run();
      FileSave.Result result = write(arrays);
      output.finish(places, outdated, durability);
      return result;
    } catch (RuntimeException | Error e) {
      output.rollback(e);
      throw e;
    }
  }

  private FileSave.Result write(int arrays) {
    SavePlan plan = new SavePlan(placements, places.size());
    output.checkSpace(plan.bytes());
    int most = SaveCut.largestChunk(pool);
    SaveCut cut = SaveCut.of(plan, most, pool.options().regionSize(plan.bytes()));
    Sources sources = new Sources(plan, cut, pool.arena(), files, IntUnaryOperator.identity());
    SaveFeed feed = new SaveFeed(call, plan, cut, sources, pool.arena(), staging, progress);
    try {
      FileSave.Result result = new FileSave.Result(arrays, plan.bytes(), pool.execute(call, feed));
      feed.crcs();
      return result;
    } finally {
      feed.close();
    }
  }

  /** Whether a file is of an earlier, longer save in the original's layout, and would come back with the next restore. */
  public static boolean isBeyond(Path file, int last) {
    Matcher name = PICKLE.matcher(file.getFileName().toString());
    return name.matches() && Long.parseLong(name.group(1)) > last;
  }

  private List<Path> beyond(int last) {
    List<Path> beyond = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(output.root(), "data_*.dat")) {
      for (Path file : found) {
        if (isBeyond(file, last)) {
          beyond.add(file);
        }
      }
      return beyond;
    } catch (IOException | DirectoryIteratorException e) {
      SaverException failure =
          new SaverException("cannot list the files in " + output.root() + ": " + e, e);
      output.rollback(failure);
      throw failure;
    }
  }
}
