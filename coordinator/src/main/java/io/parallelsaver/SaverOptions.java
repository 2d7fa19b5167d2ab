package io.parallelsaver;

import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.Profile;
import io.parallelsaver.output.Durability;
import io.parallelsaver.pool.PoolOptions;
import io.parallelsaver.resident.PoolDirectory;
import io.parallelsaver.shards.Sharding;
import java.nio.file.Path;

/**
 * How a {@link Saver} works. The defaults suit most: a worker for each processor, array bytes stored and aligned to 64, durable.
 *
 * @param pool the worker processes
 * @param profile layout of archives whose members are stored
 * @param durability what a finished save promises
 * @param level {@link #STORED}, or deflated from 1 (fastest) to 9 (smallest); {@code numpy.savez_compressed} uses 6
 * @param maxHeader longest {@code .npy} header that is read, in bytes; {@code numpy.load} calls it {@code max_header_size}
 * @param sharding how many archives a save to {@link io.parallelsaver.stored.Format#NPZ} makes
 */
public record SaverOptions(
    PoolOptions pool,
    Profile profile,
    Durability durability,
    int level,
    int maxHeader,
    Sharding sharding) {
  /** The level of members that are not compressed. */
  public static final int STORED = 0;

  /** The level that takes longest. */
  public static final int SMALLEST = 9;

  public SaverOptions {
    if (level < STORED || level > SMALLEST) {
      throw new IllegalArgumentException(
          "compression level must be 0 (stored) to 9, found " + level);
    }
    if (level != STORED && !sharding.isNone()) {
      throw new IllegalArgumentException(
          "a sharded set is not compressed: its index says where each array can be mapped");
    }
    if (maxHeader < NpyHeader.PREFIX) {
      throw new IllegalArgumentException(
          "longest header must be at least " + NpyHeader.PREFIX + " bytes, found " + maxHeader);
    }
  }

  public static SaverOptions defaults() {
    return new SaverOptions(
        PoolOptions.defaults(),
        Profile.ALIGNED,
        Durability.SYNC,
        STORED,
        NpyHeader.MAX_LENGTH,
        Sharding.NONE);
  }

  public SaverOptions withWorkers(int workers) {
    return withPool(pool.withWorkers(workers));
  }

  /** Where shared files go instead of {@code /dev/shm}; should be a tmpfs. */
  public SaverOptions withSharedMemory(Path directory) {
    return withPool(pool.withSharedMemory(directory));
  }

  public SaverOptions withPool(PoolOptions other) {
    return new SaverOptions(other, profile, durability, level, maxHeader, sharding);
  }

  public SaverOptions withProfile(Profile other) {
    return new SaverOptions(pool, other, durability, level, maxHeader, sharding);
  }

  public SaverOptions withDurability(Durability other) {
    return new SaverOptions(pool, profile, other, level, maxHeader, sharding);
  }

  public SaverOptions withLevel(int other) {
    return new SaverOptions(pool, profile, durability, other, maxHeader, sharding);
  }

  public SaverOptions withMaxHeader(int bytes) {
    return new SaverOptions(pool, profile, durability, level, bytes, sharding);
  }

  /** Saves to a sharded set, unless it is {@link Sharding#NONE}: {@code NAME-00001-of-00016.npz} ... and {@code NAME.npz.index.json}. */
  public SaverOptions withSharding(Sharding other) {
    return new SaverOptions(pool, profile, durability, level, maxHeader, other);
  }

  /**
   * Uses the resident workers of a host ({@code parallel-saver worker}) instead of starting own ones.
   *
   * @param pool their directory, normally {@link PoolDirectory#DEFAULT}
   * @param orSpawn whether own workers are started if there are none; else {@link Saver#open} fails
   */
  public SaverOptions withResidents(Path pool, boolean orSpawn) {
    return withPool(
        pool().withResidents(new PoolOptions.Residents(new PoolDirectory(pool), orSpawn)));
  }

  /** See {@link PoolOptions#localBytes()}. */
  public SaverOptions withLocalBytes(long bytes) {
    return withPool(pool.withLocalBytes(bytes));
  }
}
