package io.parallelsaver.restore;

import io.parallelsaver.array.NDArray;
import io.parallelsaver.error.InputException;
import io.parallelsaver.job.CallFiles;
import io.parallelsaver.job.Job;
import io.parallelsaver.npz.ArchiveMember;
import io.parallelsaver.npz.Salvage;
import io.parallelsaver.npz.Salvage.Found;
import io.parallelsaver.pool.ProgressListener;
import io.parallelsaver.pool.WorkerPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    /** It is no array. */
    NO_ARRAY
  }

  /**
   * One member.
   *
   * @param key name of the array
   * @param offset of its local header
   * @param why what is wrong or to be known; may be empty
   */
  public record Finding(String key, long offset, State state, String why) {}

  /**
   * What was found.
   *
   * @param findings in the order of the file
   * @param arrays by key; those that are whole and, if they were asked for, those that are not proved
   */
  public record Result(List<Finding> findings, Map<String, NDArray> arrays) {}

  /**
   * Sums every member that may be whole, each thing that it may be in turn.
   *
   * @param unproved whether arrays without a recorded CRC-32 are wanted too
   */
  public static Result run(
      WorkerPool pool, Path file, Salvage salvage, boolean unproved, ProgressListener progress)
      throws IOException {
    List<Found> found = salvage.members();
    Map<Found, ArchiveMember> proved = new IdentityHashMap<>();
    Map<Found, String> failed = new IdentityHashMap<>();
    List<Found> left = found;
    for (int round = 0; !left.isEmpty(); round++) {
      left = sum(pool, file, left, round, proved, failed, progress);
    }
    return judge(salvage, found, proved, failed, unproved);
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
      boolean unproved)
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
        covered = whole == null ? covered : whole.offset() + whole.compressedSize();
      }
    }
    for (int i = seen.size() - 1; i >= 0; i--) {
      Found each = seen.get(i);
      String key = keys.get(each.name());
      ArchiveMember member = proved.get(each);
      State state = state(each, member);
      boolean wanted = state == State.WHOLE || unproved && state == State.UNPROVED;
      if (wanted && arrays.containsKey(key)) {
        state = State.REPLACED;
      } else if (wanted) {
        arrays.put(key, salvage.array(member, each.recorded()));
      }
      String why = member == null ? failed.getOrDefault(each, each.problem()) : each.note();
      findings.add(new Finding(key, each.offset(), state, why));
    }
    Collections.reverse(findings);
    findings.forEach(finding -> order.add(finding.key()));
    Map<String, NDArray> ordered = new LinkedHashMap<>();
    order.stream().filter(arrays::containsKey).forEach(key -> ordered.put(key, arrays.get(key)));
    return new Result(findings, ordered);
  }

  private static State state(Found found, ArchiveMember member) {
    if (member != null) {
      return found.recorded() && found.named() ? State.WHOLE : State.UNPROVED;
    }
    if (found.tries().isEmpty() && !found.cut() && !found.name().endsWith(".npy")) {
      return State.NO_ARRAY;
    }
    return found.cut() ? State.CUT_OFF : State.DAMAGED;
  }
}
