package io.parallelsaver.npz;

/**
 * How an archive is laid out. The two exclude each other: {@code numpy.savez} leaves array bytes misaligned.
 *
 * @param alignment array bytes of each member begin at a multiple of this; 0 for NumPy's own layout
 */
public record Profile(int alignment) {
  /** Array bytes at multiples of 64, so that an archive can be mapped and its arrays viewed in place. */
  public static final Profile ALIGNED = new Profile(64);

  /** Array bytes at multiples of a page. */
  public static final Profile PAGE_ALIGNED = new Profile(4096);

  /** Byte for byte what {@code numpy.savez} writes; types that NumPy has not are not named. */
  public static final Profile NUMPY = new Profile(0);

  public Profile {
    if (alignment != 0
        && (alignment < 64 || alignment > 32768 || Integer.bitCount(alignment) != 1)) {
      throw new IllegalArgumentException(
          "alignment must be a power of two from 64 to 32768, found " + alignment);
    }
  }
}
