package io.parallelsaver.npz;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;

/** Whole archives put together in memory, as a plan says. */
final class PlanImage {
  private PlanImage() {}

  /** Specs and bytes of the arrays of a golden archive. */
  static Map<String, byte[]> contents(String file, Path scratch) throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (Golden golden : Golden.arrays(file)) {
      contents.put(golden.member(), golden.content(scratch));
    }
    return contents;
  }

  static Map<String, ArraySpec> specs(Map<String, byte[]> contents) {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    contents.forEach((key, content) ->
        specs.put(key, NpyHeader.parse(ByteBuffer.wrap(content)).spec()));
    return specs;
  }

  /** An archive of these arrays, each given as header and bytes. */
  static byte[] assemble(Map<String, byte[]> contents, Profile profile) {
    NpzPlan plan = NpzPlan.of(specs(contents), profile);
    ByteBuffer image = ByteBuffer.allocate((int) plan.fileSize()).order(ByteOrder.LITTLE_ENDIAN);
    new Random(1).nextBytes(image.array());
    int[] crcs = new int[plan.members().size()];
    for (int i = 0; i < crcs.length; i++) {
      NpzPlan.Member member = plan.members().get(i);
      byte[] content = contents.get(member.key());
      byte[] data = Arrays.copyOfRange(content, member.npyHeaderLength(), content.length);
      image.put((int) member.localOffset(), member.framing());
      image.put((int) member.dataOffset(), data);
      CRC32 crc = new CRC32();
      crc.update(
          image.array(), (int) member.memberOffset(), (int) (member.end() - member.memberOffset()));
      crcs[i] = (int) crc.getValue();
      image.putInt((int) member.crcOffset(), crcs[i]);
    }
    ByteBuffer directory = plan.directory(crcs);
    image.position((int) plan.directoryOffset()).put(directory);
    if (image.hasRemaining()) {
      throw new AssertionError("the plan leaves " + image.remaining() + " bytes at the end");
    }
    return image.array();
  }
}
