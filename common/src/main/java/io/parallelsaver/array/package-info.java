/** What an array is: element type, shape, memory order, and where its bytes are. Knows no file format and no process. */
package io.parallelsaver.array;
