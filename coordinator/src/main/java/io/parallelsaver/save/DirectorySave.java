package io.parallelsaver.save;

import io.parallelsaver.array.ArrayData;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.PythonText;
import io.parallelsaver.error.InputException;
import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.job.Job.Mode;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.output.Durability;
import io.parallelsaver.output.OutputDirectory;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.save.SavePlan.Placement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/** One save of named arrays into a directory, a {@code .npy} file each. */
public final class DirectorySave {
  private static final String SUFFIX = ".npy";

  private DirectorySave() {}

  /**
   * Saves each array to {@code directory/KEY.npy}; a {@code /} in a key makes folders.
   *
   * @param arrays arrays by key
   * @param staging threads that copy array bytes into the arena
   * @throws io.parallelsaver.error.SaverException if anything failed; no file was changed then
   */
  public static ArchiveSave.Result npy(
      WorkerPool pool,
      Path directory,
      Map<String, NDArray> arrays,
      Durability durability,
      Executor staging,
      ProgressListener progress) {
    long call = pool.newCall();
    OutputDirectory output = OutputDirectory.prepare(pool.run(), call, directory);
    try {
      List<Placement> placements = new ArrayList<>(arrays.size());
      List<ArrayData> data = new ArrayList<>(arrays.size());
      List<JobFile> files = new ArrayList<>(arrays.size());
      List<Path> places = new ArrayList<>(arrays.size());
      arrays.forEach((key, array) -> {
        if (array.dtype().hasObject()) {
          throw new InputException(
              "array " + PythonText.quote(key) + " holds Python objects, which cannot be saved");
        }
        int index = files.size();
        byte[] header = NpyHeader.bytes(array.spec());
        places.add(output.place(key, SUFFIX));
        files.add(new JobFile(index, Mode.CREATE, output.unfinished(index).toString()));
        data.add(array.data());
        placements.add(new Placement(
            key,
            index,
            0,
            header,
            header.length,
            array.data().length(),
            SavePlan.NOTHING,
            Placement.NO_CRC));
      });
      SavePlan plan = new SavePlan(placements, files.size());
      output.checkSpace(plan.bytes());
      SaveCut cut = SaveCut.of(plan, pool.options().chunkSize());
      Sources sources = new Sources(plan, cut, data, pool.arena(), files);
      SaveFeed feed = new SaveFeed(call, plan, cut, sources, pool.arena(), staging, progress);
      ArchiveSave.Result result;
      try {
        result = new ArchiveSave.Result(arrays.size(), plan.bytes(), pool.execute(call, feed));
      } finally {
        feed.close();
      }
      output.finish(places, durability);
      return result;
    } catch (RuntimeException | Error e) {
      output.rollback(e);
      throw e;
    }
  }
}
