/** The header of a safetensors file, which says where each array's bytes stand. The bytes themselves never pass through here. */
package io.parallelsaver.safetensors;
