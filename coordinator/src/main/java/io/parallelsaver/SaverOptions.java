package io.parallelsaver;

import io.parallelsaver.npz.Profile;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.save.Durability;
import java.nio.file.Path;

/**
 * How a {@link Saver} works. The defaults suit most: a worker for each processor, array bytes aligned to 64, durable.
 *
 * @param pool the worker processes
 * @param profile layout of the archives that are written
 * @param durability what a finished save promises
 */
public record SaverOptions(PoolOptions pool, Profile profile, Durability durability) {
  public static SaverOptions defaults() {
    return new SaverOptions(PoolOptions.defaults(), Profile.ALIGNED, Durability.SYNC);
  }

  public SaverOptions withWorkers(int workers) {
    return withPool(pool.withWorkers(workers));
  }

  /** Where shared files go instead of {@code /dev/shm}; should be a tmpfs. */
  public SaverOptions withSharedMemory(Path directory) {
    return withPool(pool.withSharedMemory(directory));
  }

  public SaverOptions withPool(PoolOptions other) {
    return new SaverOptions(other, profile, durability);
  }

  public SaverOptions withProfile(Profile other) {
    return new SaverOptions(pool, other, durability);
  }

  public SaverOptions withDurability(Durability other) {
    return new SaverOptions(pool, profile, other);
  }
}
