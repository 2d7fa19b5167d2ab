/** Saving: an archive's plan is cut into jobs, array bytes are staged, and the finished file takes the target's name. */
package io.parallelsaver.save;
