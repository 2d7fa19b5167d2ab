/**
 * The bytes of one {@code .npz} archive: a ZIP file of {@code .npy} members, as {@code numpy.savez} writes it. {@link
 * io.parallelsaver.npz.NpzPlan} gives every byte its place before one is written; {@link io.parallelsaver.npz.NpzDirectory} reads
 * what is there.
 */
package io.parallelsaver.npz;
