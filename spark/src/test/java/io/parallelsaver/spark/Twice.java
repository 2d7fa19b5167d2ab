package io.parallelsaver.spark;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Counts the tasks that Spark starts although they are being done. */
final class Twice extends SparkListener {
  private final AtomicInteger speculative = new AtomicInteger();

  int speculative() {
    return speculative.get();
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (start.taskInfo().speculative()) {
      speculative.incrementAndGet();
    }
  }
}
