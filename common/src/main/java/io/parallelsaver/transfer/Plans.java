package io.parallelsaver.transfer;

import io.parallelsaver.job.JobFile;
import java.io.IOException;

/** What the coordinator has planned: the only files, and bytes of them, that jobs can reach. */
public interface Plans {
  /**
   * A file of a call.
   *
   * @throws io.parallelsaver.job.RefusedException if the call's plan has none of this number, or the call is not under way
   */
  JobFile file(long call, int number) throws IOException;
}
