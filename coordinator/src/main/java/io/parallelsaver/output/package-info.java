/** Files and directories that are made under another name, and take their own when they are whole. */
package io.parallelsaver.output;
