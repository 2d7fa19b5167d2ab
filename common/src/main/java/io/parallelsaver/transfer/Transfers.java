package io.parallelsaver.transfer;

import io.parallelsaver.jfr.FlightRecording;
import io.parallelsaver.jfr.JobEvent;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Receipt;
import io.parallelsaver.job.Receipt.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.ZipException;

/** Does jobs, one after the other, and answers each with a receipt. Keeps the files of a call open until it ends. For one thread. */
public final class Transfers implements AutoCloseable {
  private static final int[] NONE = {};

  private final int worker;
  private final OpenFiles files;
  private final Transfer transfer;

  /**
   * @param worker who says so in the receipts
   * @param arena file of the run's arena
   * @param plans what jobs may touch
   * @param listener is told of {@link Milestone#READ}, when bytes are read and none is written
   */
  public Transfers(int worker, Path arena, Plans plans, Milestone.Listener listener) {
    this.worker = worker;
    this.files = new OpenFiles(arena, plans);
    this.transfer = new Transfer(files, listener);
  }

  /** Does a job; what goes wrong stands in the receipt. */
  public Receipt run(Job job) {
    return FlightRecording.isOn() ? recorded(job) : perform(job);
  }

  private Receipt recorded(Job job) {
    JobEvent event = new JobEvent(
        job.call(),
        job.number(),
        job.attempt(),
        job.kind().name(),
        job.bytes(),
        job.sums().count());
    Receipt receipt = perform(job);
    event.ended(receipt.outcome().name());
    return receipt;
  }

  private Receipt perform(Job job) {
    long start = System.nanoTime();
    try {
      int[] crcs = transfer.run(job);
      return receipt(job, start, Outcome.DONE, "", crcs, transfer.lengths());
    } catch (EOFException | ZipException e) {
      return failure(job, start, Outcome.CORRUPT, e);
    } catch (NoSpaceException e) {
      return failure(job, start, Outcome.FULL, e);
    } catch (IOException | RuntimeException | VirtualMachineError e) {
      // InternalError is how the JVM reports a fault in a mapping, OutOfMemoryError that there is
      // none for a buffer; the coordinator decides what becomes of the call.
      return failure(job, start, Outcome.FAILED, e);
    }
  }

  private Receipt failure(Job job, long start, Outcome outcome, Throwable cause) {
    String message =
        cause instanceof IOException ? String.valueOf(cause.getMessage()) : cause.toString();
    return receipt(job, start, outcome, message, NONE, NONE);
  }

  private Receipt receipt(
      Job job, long start, Outcome outcome, String error, int[] crcs, int[] lengths) {
    return new Receipt(
        job.call(),
        job.number(),
        job.attempt(),
        worker,
        System.nanoTime() - start,
        outcome,
        error,
        crcs,
        lengths);
  }

  /** Closes the files of a call that is over. */
  public void endCall(long call) {
    files.close(call);
  }

  /** Closes all, and gives back the memory of the run that this process has mapped. No job may be done any more. */
  public void leaveRun() {
    files.unmap();
    transfer.end();
  }

  @Override
  public void close() {
    transfer.endThread();
    files.close();
  }
}
