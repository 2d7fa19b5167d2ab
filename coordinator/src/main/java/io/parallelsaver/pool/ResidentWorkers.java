package io.parallelsaver.pool;

import io.parallelsaver.resident.Invitation;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.shm.RunDirectory;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Workers that are there already, and serve others too. */
final class ResidentWorkers implements WorkerSource {
  private static final int SEATS = 256;

  private final PoolDirectory pool;
  private final Map<Path, Link> hired = new HashMap<>();

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
  public Link hire(RunDirectory run, int seat, int id) {
    for (Path socket : pool.sockets()) {
      Link known = hired.get(socket);
      if (known == null || !known.isAlive()) {
        Link link = ResidentLink.invite(socket, new Invitation(run.path(), seat, id));
        if (link != null) {
          hired.put(socket, link);
          return link;
        }
      }
    }
    return null;
  }
}
