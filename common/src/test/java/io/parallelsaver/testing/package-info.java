/** What tests of all modules share: golden files, arbitrary arrays, NumPy as a judge, child processes whose end is always checked. */
package io.parallelsaver.testing;
