package io.parallelsaver.bench.kernels;

import io.parallelsaver.cli.Scratch;
import io.parallelsaver.job.Job;
import io.parallelsaver.job.Job.Kind;
import io.parallelsaver.job.Job.Piece;
import io.parallelsaver.job.JobReceiver;
import io.parallelsaver.job.JobReceiver.Found;
import io.parallelsaver.job.JobSender;
import io.parallelsaver.job.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A job on its way: encoded, put into the queue, found there, decoded and claimed. */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class JobQueue {
  private static final int PIECE_BYTES = 1 << 10;

  @Param({"1", "100"})
  public int pieces;

  private Scratch scratch;
  private JobSender sender;
  private JobReceiver receiver;
  private Job job;
  private int cycle;

  @Setup
  public void open() {
    scratch = KernelsCommand.scratch();
    sender = new JobSender(scratch.path().resolve("jobs"));
    receiver = new JobReceiver(scratch.path().resolve("jobs"), 1, call -> {});
    job = job(pieces);
  }

  private static Job job(int count) {
    List<Piece> pieces = new ArrayList<>();
    Sums sums = new Sums();
    for (int i = 0; i < count; i++) {
      long offset = (long) i * PIECE_BYTES;
      pieces.add(new Piece(Job.ARENA, offset, 0, offset, PIECE_BYTES));
      sums.add(i * PIECE_BYTES, (i + 1) * PIECE_BYTES, Sums.NO_STAMP);
    }
    return new Job(1, 1, 0, Kind.GATHER, pieces, sums, 0, 0);
  }

  @Benchmark
  public Job sendAndReceive() {
    long index = sender.send(job);
    if (sender.cycle(index) != cycle) {
      cycle = sender.cycle(index);
      sender.forgetBefore(index);
    }
    if (receiver.next() != Found.JOB) {
      throw new IllegalStateException("the job is not in the queue");
    }
    return receiver.job();
  }

  @TearDown
  public void close() {
    receiver.close();
    sender.close();
    scratch.close();
  }
}
