package io.parallelsaver.shm;

import io.parallelsaver.error.SaverException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Steps that must neither be cut in two by the end of the JVM nor begin after it: what is made then would be found by nobody. They are
 * short, since the end waits for those under way.
 */
public final class Gate {
  /** Steps share it. */
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  private volatile boolean shut;

  /** Something that is done as a whole. */
  public interface Step<T, E extends Exception> {
    T take() throws E;
  }

  /**
   * Takes a step, beside those of other threads. It may be made of steps.
   *
   * @throws SaverException if the gate is shut
   */
  public <T, E extends Exception> T pass(Step<T, E> step) throws E {
    lock.readLock().lock();
    try {
      check();
      return step.take();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Looks whether a step would be in vain; long ones do so in between, and undo what they have done.
   *
   * @throws SaverException if the gate is shut
   */
  public void check() {
    if (shut) {
      throw new SaverException("the JVM is going down");
    }
  }

  public boolean isShut() {
    return shut;
  }

  /** From now on no step begins. */
  public void shut() {
    shut = true;
  }

  /** Waits for the steps under way; false if one takes longer than that. */
  public boolean await(long millis) {
    try {
      if (lock.writeLock().tryLock(millis, TimeUnit.MILLISECONDS)) {
        lock.writeLock().unlock();
        return true;
      }
      return false;
    } catch (InterruptedException e) {
      return false;
    }
  }
}
