package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.testing.Archive;
import io.parallelsaver.testing.NumPy;
import io.parallelsaver.testing.RequiresNumPy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** Archives beyond what 32 bits count. Only their records are written, into files with holes. */
class Zip64Test {
  static final List<Profile> PROFILES =
      List.of(Profile.ALIGNED, Profile.PAGE_ALIGNED, Profile.NUMPY);

  private static final long LIMIT = ZipRecord.ZIP64_LIMIT;

  @TempDir
  Path directory;

  /** Members, offsets and a directory on both sides of 2^31 and 2^32. */
  private static Map<String, ArraySpec> huge() {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    specs.put("small", ArraySpec.of(DType.INT8, 5));
    specs.put("last_without", ArraySpec.of(DType.INT8, LIMIT - 128));
    specs.put("first_with", ArraySpec.of(DType.INT8, LIMIT - 127));
    specs.put("behind_4_GiB", ArraySpec.of(DType.INT16, 3, 4));
    specs.put("above_4_GiB", ArraySpec.of(DType.FLOAT64, 1L << 29, 1));
    specs.put("gr\u00f6\u00dfer", ArraySpec.of(DType.INT64, 1L << 30));
    specs.put("end", ArraySpec.of(DType.BOOL));
    return specs;
  }

  private static int[] crcs(int count) {
    int[] crcs = new int[count];
    Arrays.setAll(crcs, i -> 0x9E3779B9 * (i + 1));
    return crcs;
  }

  private Path write(NpzPlan plan) throws IOException {
    Path file = directory.resolve("sparse.npz");
    try (FileChannel channel = FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
      ByteArrayOutputStream run = new ByteArrayOutputStream();
      long start = 0;
      for (NpzPlan.Member member : plan.members()) {
        if (start + run.size() != member.localOffset() || run.size() > 1 << 20) {
          channel.write(ByteBuffer.wrap(run.toByteArray()), start);
          run.reset();
          start = member.localOffset();
        }
        run.writeBytes(member.framing());
      }
      channel.write(ByteBuffer.wrap(run.toByteArray()), start);
      channel.write(plan.directory(crcs(plan.members().size())), plan.directoryOffset());
      assertEquals(plan.fileSize(), channel.size());
    }
    return file;
  }

  private static void assertReadBack(NpzPlan plan, Path file) throws IOException {
    List<ArchiveMember> members = Archive.read(file).members();
    assertEquals(plan.members().size(), members.size());
    int[] crcs = crcs(members.size());
    for (int i = 0; i < crcs.length; i++) {
      NpzPlan.Member planned = plan.members().get(i);
      ArchiveMember member = members.get(i);
      long size = planned.end() - planned.memberOffset();
      assertEquals(planned.key(), member.key());
      assertEquals(planned.memberOffset(), member.offset(), planned.key());
      assertEquals(size, member.size(), planned.key());
      assertEquals(size, member.compressedSize(), planned.key());
      assertEquals(crcs[i], member.crc());
      assertEquals(planned.spec(), member.header().orElseThrow().spec());
    }
  }

  @ParameterizedTest
  @FieldSource("PROFILES")
  void placesMembersBeyond4GiB(Profile profile) throws IOException {
    NpzPlan plan = NpzPlan.of(huge(), profile);
    assertTrue(plan.directoryOffset() > 12L << 30);
    Path file = write(plan);
    assertReadBack(plan, file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<ZipEntry> entries = List.copyOf(Collections.list(zip.entries()));
      assertEquals(
          plan.members().stream().map(member -> member.key() + ".npy").toList(),
          entries.stream().map(ZipEntry::getName).toList());
      for (int i = 0; i < entries.size(); i++) {
        NpzPlan.Member member = plan.members().get(i);
        assertEquals(member.end() - member.memberOffset(), entries.get(i).getSize());
        assertArrayEquals(
            Arrays.copyOfRange(
                member.framing(),
                member.framing().length - member.npyHeaderLength(),
                member.framing().length),
            zip.getInputStream(entries.get(i)).readNBytes(member.npyHeaderLength()));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"65535, 0", "65536, 0", "65536, 64"})
  void countsMembersBeyond65535(int count, int alignment) throws IOException {
    Map<String, ArraySpec> specs = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      specs.put("a" + i, ArraySpec.of(DType.INT8, 0));
    }
    NpzPlan plan = NpzPlan.of(specs, new Profile(alignment));
    Path file = write(plan);
    assertReadBack(plan, file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertEquals(count, zip.size());
    }
  }

  /** What CPython's zipfile, which NumPy uses, writes for such members: its own code, given a file that only counts. */
  private static final String ZIPFILE_RECORDS = """
      import io, zipfile

      class Counting:
          def __init__(self, at): self.at, self.out = at, b''
          def tell(self): return self.at + len(self.out)
          def write(self, data): self.out += data
          def flush(self): pass

      infos, locals = [], b''
      lines = open(sys.argv[1], encoding='utf8').read().splitlines()
      for line in lines[1:]:
          name, size, offset, crc = line.split('\\t')
          info = zipfile.ZipInfo(name)
          info.file_size = info.compress_size = int(size)
          info.external_attr, info.create_system = 0o600 << 16, 3
          info.CRC, info.header_offset = int(crc), int(offset)
          locals += info.FileHeader(zip64=True)
          infos.append(info)
      archive = zipfile.ZipFile(io.BytesIO(), 'w')
      archive.fp = Counting(int(lines[0]))
      archive.filelist, archive.start_dir = infos, int(lines[0])
      archive._write_end_record()
      open(sys.argv[2], 'wb').write(locals + archive.fp.out)
      archive.fp = None
      """;

  @Test
  @RequiresNumPy
  void writesTheRecordsThatZipfileWrites() throws IOException {
    NpzPlan plan = NpzPlan.of(huge(), Profile.NUMPY);
    int[] crcs = crcs(plan.members().size());
    StringBuilder text = new StringBuilder().append(plan.directoryOffset());
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    for (int i = 0; i < crcs.length; i++) {
      NpzPlan.Member member = plan.members().get(i);
      long size = member.end() - member.memberOffset();
      text.append('\n')
          .append(member.key())
          .append(".npy\t")
          .append(size)
          .append('\t')
          .append(member.localOffset());
      text.append('\t').append(Integer.toUnsignedLong(crcs[i]));
      byte[] local =
          Arrays.copyOf(member.framing(), member.framing().length - member.npyHeaderLength());
      ZipRecord.buffer(4).putInt(crcs[i]).flip().get(local, ZipRecord.LOCAL_CRC_AT, 4);
      ours.writeBytes(local);
    }
    ours.writeBytes(plan.directory(crcs).array());
    Path members = Files.writeString(directory.resolve("members"), text);
    Path theirs = directory.resolve("records");
    NumPy.run(ZIPFILE_RECORDS, members, theirs);
    assertArrayEquals(Files.readAllBytes(theirs), ours.toByteArray());
  }
}
