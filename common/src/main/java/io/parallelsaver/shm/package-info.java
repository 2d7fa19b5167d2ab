/** The files under {@code /dev/shm} that the processes of one run share: who owns them, what is in them, how they go away. */
package io.parallelsaver.shm;
