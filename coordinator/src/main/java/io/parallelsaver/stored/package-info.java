/** Arrays that stand in files: what is there, of which dtype and shape, and where its bytes are. Nothing is read before it is asked for. */
package io.parallelsaver.stored;
