package io.parallelsaver.restore;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.array.WholeRows;
import io.parallelsaver.error.InputException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.Salvage;
import io.parallelsaver.npz.Salvage.Found;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import io.parallelsaver.stored.StoredArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which members of a damaged archive are whole: those whose content has a CRC-32 that is recorded somewhere in the file. */
public final class Proof {
  private Proof() {}

  /** What has become of a member. */
  public enum State {
    /** Its CRC-32 is right. */
    WHOLE,
    /** All of it seems to be there, and no CRC-32 says whether it is right; or it is known by two names. */
    UNPROVED,
    /** A later member has the same name, which is the one {@code np.load} sees. */
    REPLACED,
    /** The file ends before it does. */
    CUT_OFF,
    /** It is not what its CRC-32 says, or its header is lost. */
    DAMAGED,
    /** It is no array, and its CRC-32 is right. */
    NO_ARRAY
  }

  /**
   * One member.
   *
   * @param key name of the array
   * @param offset of its local header
   * @param why what is wrong or to be known; may be empty
   * @param rows what is there of an array that is cut off, if that is to be brought out
   */
  public record Finding(
      String key, long offset, State state, String why, Optional<WholeRows> rows) {}

  /**
   * What was found.
   *
   * @param findings in the order of the file
   * @param arrays by key; those that are whole and, if they were asked for, those that are not proved, and whole rows of those that are
   *     cut off
   */
  public record Result(List<Finding> findings, Map<String, NDArray> arrays) {}

  /**
   * What is wanted beside what is proved whole.
   *
   * @param unproved arrays without a recorded CRC-32
   * @param rows the rows that are there of arrays that are cut off, under keys that say which these are
   */
  public record Wanted(boolean unproved, boolean rows) {}

  /** Sums every member that may be whole, each thing that it may be in turn. */
  public static Result run(
      WorkerPool pool, Path file, Salvage salvage, Wanted wanted, ProgressListener progress)
      throws IOException {
    List<Found> found = salvage.members();
    Map<Found, ArchiveMember> proved = new IdentityHashMap<>();
    Map<Found, String> failed = new IdentityHashMap<>();
    List<Found> left = found;
    for (int round = 0; !left.isEmpty(); round++) {
      left = sum(pool, file, left, round, proved, failed, progress);
    }
    return judge(salvage, found, proved, failed, wanted);
  }

  /** The rows that are there of an {@code .npy} file that is cut off. */
  public static Result ofNpy(Path file, int maxHeader) {
    WholeRows rows = StoredArrays.wholeRows(file, maxHeader)
        .orElseThrow(() -> new InputException("cannot bring rows out of " + file
            + ": either nothing of it is missing, or not one row is there; 'parallel-saver verify "
            + file + "' says which"));
    String key = file.getFileName().toString().replaceFirst("\\.npy$", "");
    Finding finding = new Finding(key, 0, State.CUT_OFF, rows + " are there", Optional.of(rows));
    return new Result(List.of(finding), Map.of(rows.key(key), rows.array()));
  }

  private static List<Found> sum(
      WorkerPool pool,
      Path file,
      List<Found> members,
      int round,
      Map<Found, ArchiveMember> proved,
      Map<Found, String> failed,
      ProgressListener progress) {
    List<Reading> readings = new ArrayList<>();
    Map<Reading, Found> owners = new IdentityHashMap<>();
    for (Found each : members) {
      if (round < each.tries().size()) {
        ArchiveMember member = each.tries().get(round);
        Reading whole = Reading.of(file, member, Job.NO_FILE);
        Reading reading = each.recorded() ? whole : whole.withoutCrc();
        readings.add(reading);
        owners.put(reading, each);
        proved.put(each, member);
      }
    }
    List<Found> again = new ArrayList<>();
    ReadListener listener = new ReadListener() {
      @Override
      public void damaged(Reading reading, InputException problem) {
        Found owner = owners.get(reading);
        if (proved.remove(owner) != null) {
          failed.putIfAbsent(owner, problem.getMessage());
          again.add(owner);
        }
      }
    };
    long call = pool.newCall();
    pool.execute(
        call, new ReadFeed(call, new CallFiles(), readings, pool.options(), listener, progress));
    return again;
  }

  private static Result judge(
      Salvage salvage,
      List<Found> found,
      Map<Found, ArchiveMember> proved,
      Map<Found, String> failed,
      Wanted wanted)
      throws IOException {
    Map<String, String> keys = Salvage.keys(found.stream().map(Found::name).toList());
    List<Finding> findings = new ArrayList<>();
    Map<String, NDArray> arrays = new HashMap<>();
    Set<String> order = Collections.newSetFromMap(new LinkedHashMap<>());
    long covered = 0;
    List<Found> seen = new ArrayList<>();
    for (Found each : found) {
      if (each.offset() >= covered) {
        // What stands inside a whole member is bytes of its array.
        seen.add(each);
        ArchiveMember whole = each.recorded() ? proved.get(each) : null;
        covered = Math.max(covered, each.otherEnd());
        covered = whole == null ? covered : whole.offset() + whole.compressedSize();
      }
    }
    for (int i = seen.size() - 1; i >= 0; i--) {
      Found each = seen.get(i);
      String key = keys.get(each.name());
      ArchiveMember member = proved.get(each);
      State state = state(each, member);
      boolean taken = state == State.WHOLE || wanted.unproved() && state == State.UNPROVED;
      if (taken && arrays.containsKey(key)) {
        state = State.REPLACED;
      } else if (taken) {
        arrays.put(key, salvage.array(member, each.recorded()));
      }
      findings.add(new Finding(
          key, each.offset(), state, why(each, member, state, failed.get(each)), each.rows()));
    }
    Collections.reverse(findings);
    findings.forEach(finding -> order.add(finding.key()));
    if (wanted.rows()) {
      addRows(findings, arrays, order);
    }
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    order.stream().filter(arrays::containsKey).forEach(key -> ordered.put(key, arrays.get(key)));
    return new Result(findings, ordered);
  }

  private static String why(Found found, ArchiveMember member, State state, String failed) {
    if (member != null) {
      return found.note();
    }
    if (state == State.NO_ARRAY) {
      return "its CRC-32 is right, and np.load gives it as bytes; only arrays are brought out";
    }
    return failed != null
        ? failed
        : found.problem() + found.rows().map(rows -> "; " + rows + " are there").orElse("");
  }

  /** Rows of an array that is there in whole, too, are of no use; and a key that is taken stays what it is. */
  private static void addRows(
      List<Finding> findings, Map<String, NDArray> arrays, Set<String> order) {
    for (Finding finding : findings) {
      finding.rows().filter(rows -> !arrays.containsKey(finding.key())).ifPresent(rows -> {
        String key = rows.key(finding.key());
        if (arrays.putIfAbsent(key, rows.array()) == null) {
          order.add(key);
        }
      });
    }
  }

  private static State state(Found found, ArchiveMember member) {
    if (member != null) {
      return found.recorded() && found.named() ? State.WHOLE : State.UNPROVED;
    }
    if (found.otherEnd() > 0) {
      return State.NO_ARRAY;
    }
    return found.cut() ? State.CUT_OFF : State.DAMAGED;
  }
}
