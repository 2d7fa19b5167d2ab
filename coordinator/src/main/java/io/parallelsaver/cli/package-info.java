/** The command line: a class for each command, mixins for the options they share. */
package io.parallelsaver.cli;
