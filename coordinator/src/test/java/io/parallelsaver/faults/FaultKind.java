package io.parallelsaver.faults;

/** Calls of the system that are made to fail, in the order of {@code faults.c}, and the errors that each may meet. */
enum FaultKind {
  WRITE(28, 5, 122),
  FORCE(5),
  RENAME(5, 28),
  MAP(5),
  OPEN(24, 5),
  READ(5),
  TRUNCATE(5),
  DELETE(5),
  ALLOCATE(28, 95, 122),
  CREATE(28, 5);

  private final int[] errors;

  FaultKind(int... errors) {
    this.errors = errors;
  }

  /** Numbers of errors, the likeliest first or alone: 5 EIO, 24 EMFILE, 28 ENOSPC, 95 EOPNOTSUPP, 122 EDQUOT. */
  int[] errors(boolean all) {
    return all ? errors.clone() : new int[] {errors[0]};
  }

  /** What {@code faults.c} knows it by. */
  int number() {
    return ordinal() + 1;
  }
}
