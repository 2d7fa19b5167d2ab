package io.parallelsaver.pool;

/**
 * What one worker did for a call.
 *
 * @param worker id of the worker within the pool
 * @param pid process id
 * @param jobs jobs done
 * @param bytes bytes moved
 */
public record WorkerShare(int worker, long pid, long jobs, long bytes) {
  WorkerShare plus(long moreBytes) {
    return new WorkerShare(worker, pid, jobs + 1, bytes + moreBytes);
  }
}
