package io.parallelsaver.restore;

import io.parallelsaver.job.Job.JobFile;
import io.parallelsaver.npz.ArchiveMember;

/**
 * Where a member's bytes go.
 *
 * @param member the member
 * @param file the file, or null if the bytes are only to be summed
 * @param offset where in the file
 * @param header whether the {@code .npy} header goes there too, before the array's bytes
 */
record Destination(ArchiveMember member, JobFile file, long offset, boolean header) {
  /** Bytes of the member's content that are only summed. */
  long skip() {
    return header || member.header().isEmpty() ? 0 : member.header().get().length();
  }
}
