package io.parallelsaver.output;

/** What a finished save promises. In both cases the target is whole or absent, whatever process dies. */
public enum Durability {
  /** The bytes and the name are on the device: a power cut after the save loses nothing. */
  SYNC,
  /** The kernel has the bytes; it writes them when it likes. */
  NONE
}
