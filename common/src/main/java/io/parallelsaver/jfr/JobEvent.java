package io.parallelsaver.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One job, in the process that does it: mostly a worker. Its duration is that of reading, summing and writing. */
@Name("parallelsaver.Job")
@Label("Job")
@Description("Bytes moved from regions of files to regions of files by one worker")
@Category("parallel-saver")
@StackTrace(false)
public final class JobEvent extends Event {
  @Label("Call")
  @Description("Number of the call it belongs to, within the run")
  private final long call;

  @Label("Job")
  @Description("Number of the job within its call")
  private final int job;

  @Label("Attempt")
  @Description("0, then 1 more each time its holder has died")
  private final int attempt;

  @Label("Kind")
  private final String kind;

  @Label("Bytes")
  @Description("Bytes read from the sources")
  @DataAmount
  private final long bytes;

  @Label("Sums")
  @Description("Parts of arrays that were summed")
  private final int sums;

  @Label("Outcome")
  private String outcome;

  /** A job that begins now. */
  public JobEvent(long call, int job, int attempt, String kind, long bytes, int sums) {
    this.call = call;
    this.job = job;
    this.attempt = attempt;
    this.kind = kind;
    this.bytes = bytes;
    this.sums = sums;
    begin();
  }

  /** It ends now. */
  public void ended(String how) {
    outcome = how;
    commit();
  }
}
