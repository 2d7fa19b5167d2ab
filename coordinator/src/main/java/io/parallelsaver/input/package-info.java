/** The files whose arrays a save is asked for. */
package io.parallelsaver.input;
