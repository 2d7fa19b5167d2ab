package io.parallelsaver.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One call of a coordinator, from its beginning until all is in place. */
@Name("parallelsaver.Call")
@Label("Call")
@Description("A save, a restore, or another call of a coordinator")
@Category("parallel-saver")
@StackTrace(false)
public final class CallEvent extends Event {
  @Label("Kind")
  private final String kind;

  @Label("File")
  @Description("What is written, or, where nothing is, what is read")
  private final String file;

  @Label("Arrays")
  private int arrays;

  @Label("Bytes")
  @Description("Bytes of arrays that were moved")
  @DataAmount
  private long bytes;

  @Label("Outcome")
  @Description("done, or the kind of error")
  private String outcome;

  /** A call that begins now. */
  public CallEvent(String kind, String file) {
    this.kind = kind;
    this.file = file;
    begin();
  }

  /** It ends now. */
  public void ended(int arrayCount, long byteCount, String how) {
    arrays = arrayCount;
    bytes = byteCount;
    outcome = how;
    commit();
  }
}
