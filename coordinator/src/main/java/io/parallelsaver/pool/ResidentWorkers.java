package io.parallelsaver.pool;

import io.parallelsaver.resident.Answer;
import io.parallelsaver.resident.Invitation;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.shm.RunDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers that are there already, and serve others too. All are greeted at once, and those who answer are invited: one that stands still,
 * or refuses, keeps nobody waiting.
 */
final class ResidentWorkers implements WorkerSource {
  private static final int SEATS = 256;

  /** So long the first is waited for. */
  private static final long FIRST_NANOS = 2_000_000_000;

  /** So long another one is waited for. */
  private static final long NEXT_NANOS = 50_000_000;

  /** One that refuses is asked again after so long: it may have been replaced. */
  private static final long REFUSED_NANOS = 5_000_000_000L;

  private final PoolDirectory pool;
  private final Map<Path, Greeted> greeted = new HashMap<>();
  private final Map<Path, Link> hired = new HashMap<>();
  private final Map<Path, Refusal> refusals = new HashMap<>();

  private record Greeted(ResidentLink link, long nanos) {}

  private record Refusal(String words, long nanos) {}

  ResidentWorkers(PoolDirectory pool) {
    this.pool = pool;
  }

  @Override
  public int seats() {
    return SEATS;
  }

  @Override
  public boolean comeAndGo() {
    return true;
  }

  @Override
  public Link hire(RunDirectory run, int seat, int id) throws IOException {
    greet();
    long patience = hired.values().stream().anyMatch(Link::isAlive) ? NEXT_NANOS : FIRST_NANOS;
    do {
      ResidentLink link = willing();
      if (link != null) {
        link.invite(new Invitation(run.path(), seat, id));
        return link;
      }
    } while (awaitAnswer(patience));
    return null;
  }

  private void greet() throws IOException {
    long now = System.nanoTime();
    for (Path socket : pool.sockets()) {
      Link known = hired.get(socket);
      Refusal refusal = refusals.get(socket);
      if ((known == null || !known.isAlive())
          && !greeted.containsKey(socket)
          && (refusal == null || now - refusal.nanos > REFUSED_NANOS)) {
        greeted.put(socket, new Greeted(ResidentLink.to(socket), now));
      }
    }
  }

  /** One that has said that it would come, or null; those who will not are forgotten. */
  private ResidentLink willing() {
    Iterator<Map.Entry<Path, Greeted>> each = greeted.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<Path, Greeted> one = each.next();
      Path socket = one.getKey();
      ResidentLink link = one.getValue().link;
      if (link.greeted().isDone()) {
        each.remove();
        Answer answer = link.greeted().join();
        if (answer != null && answer.kind() == Answer.Kind.WILLING) {
          refusals.remove(socket);
          hired.put(socket, link);
          return link;
        }
        if (answer != null && answer.kind() == Answer.Kind.REFUSED) {
          refused(socket, answer.text());
        }
        link.close();
      }
    }
    return null;
  }

  private void refused(Path socket, String words) {
    Refusal before = refusals.put(socket, new Refusal(words, System.nanoTime()));
    if (before == null || !before.words.equals(words)) {
      log().warn("the worker at {} does not come: {}", socket, words);
    }
  }

  /** Waits for an answer of somebody who was greeted not so long ago; false if there is none to wait for. */
  private boolean awaitAnswer(long patience) {
    long now = System.nanoTime();
    long left = greeted.values().stream()
        .mapToLong(one -> one.nanos + patience - now)
        .max()
        .orElse(0);
    if (left <= 0) {
      return false;
    }
    CompletableFuture.anyOf(greeted.values().stream()
            .map(one -> one.link.greeted())
            .toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, left, TimeUnit.NANOSECONDS)
        .join();
    return true;
  }

  @Override
  public String shortage() {
    StringBuilder words =
        new StringBuilder("there is no resident worker in " + pool.workers() + " that comes");
    refusals.forEach((socket, refusal) ->
        words.append("; the one at ").append(socket).append(" refuses: ").append(refusal.words));
    greeted
        .keySet()
        .forEach(socket -> words.append("; the one at ").append(socket).append(" does not answer"));
    return words.toString();
  }

  @Override
  public void end() {
    greeted.values().forEach(one -> one.link.close());
    greeted.clear();
  }

  /** Asked for when there is something to say: the first logger of a JVM takes a tenth of a second. */
  private static Logger log() {
    return LoggerFactory.getLogger(ResidentWorkers.class);
  }
}
