/** Restoring: an archive's directory is cut into jobs, whose bytes go into one shared block, into files, or only into checksums. */
package io.parallelsaver.restore;
