package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.array.DType;
import io.parallelsaver.array.NDArray;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.DeflatedPlan.Member;
import io.parallelsaver.npz.DeflatedPlan.Outcome;
import io.parallelsaver.testing.AnyArray;
import io.parallelsaver.testing.SparseFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.ZipFile;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class DeflatedPlanPropertyTest {
  private static final int MOST_BYTES = 5000;

  /** A table of runs, each with bytes of content and deflated bytes. */
  record Runs(long[] content, long[] deflated) {
    long size() {
      return Arrays.stream(content).sum();
    }

    long compressedSize() {
      return Arrays.stream(deflated).sum();
    }
  }

  @Provide
  Arbitrary<Map<String, ArraySpec>> largeArrays() {
    return arrays(1L << 50);
  }

  @Provide
  Arbitrary<Map<String, ArraySpec>> smallArrays() {
    return arrays(MOST_BYTES)
        .filter(arrays -> arrays.values().stream().allMatch(spec -> spec.byteSize() <= MOST_BYTES));
  }

  private static Arbitrary<Map<String, ArraySpec>> arrays(long mostBytes) {
    return Arbitraries.maps(AnyArray.keys(), AnyArray.specs(mostBytes))
        .ofMaxSize(5)
        .map(arrays -> (Map<String, ArraySpec>) new LinkedHashMap<>(arrays))
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<Runs> runs() {
    Arbitrary<Integer> counts = Arbitraries.frequencyOf(
        Tuple.of(9, Arbitraries.integers().between(2, 50)),
        Tuple.of(1, Arbitraries.integers().between(7_990, 20_000)));
    return Combinators.combine(counts, Arbitraries.randomValue(Random::nextLong))
        .as((count, seed) -> {
          Random random = new Random(seed);
          return new Runs(
              random.longs(count, 1, 1 << 30).toArray(),
              random.longs(count, 0, 1 << 30).toArray());
        });
  }

  @Property
  void aFramingIsALocalHeaderAndAnArraysHeader(
      @ForAll("largeArrays") Map<String, ArraySpec> arrays,
      @ForAll int crc,
      @ForAll @LongRange(max = 0xFFFFFFFFL) long compressedSize) {
    DeflatedPlan plan = DeflatedPlan.of(arrays);
    assertEquals(
        List.copyOf(arrays.keySet()), plan.members().stream().map(Member::key).toList());
    for (int i = 0; i < arrays.size(); i++) {
      Member member = plan.members().get(i);
      byte[] framing = DeflatedPlan.framing(member);
      Outcome outcome = new Outcome(0, crc, compressedSize, table(1));
      plan.patch(i, outcome, (at, bytes) -> bytes.get(framing, (int) at, bytes.remaining()));
      LocalHeader local = LocalHeader.parse(framing);
      byte[] header = Arrays.copyOfRange(framing, local.length(), framing.length);
      assertEquals(member.key() + ".npy", local.name());
      assertEquals(8, local.method());
      assertEquals(crc, local.crc());
      assertEquals(compressedSize, local.compressedSize());
      assertEquals(header.length + member.spec().byteSize(), local.size());
      assertArrayEquals(NpyHeader.bytes(arrays.get(member.key())), header);
    }
  }

  private static SeekTable table(long size) {
    return new SeekTable(new long[] {size}, new long[] {size});
  }

  @Property
  void theArchiveHoldsWhatWasDeflated(
      @ForAll("smallArrays") Map<String, ArraySpec> arrays, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    DeflatedPlan plan = DeflatedPlan.of(arrays);
    List<byte[]> contents = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    long at = 0;
    try (SparseFile file = new SparseFile()) {
      for (Member member : plan.members()) {
        byte[] content = content(member, random);
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        SeekTable runs = deflate(content, random, deflated);
        int crc = Crc32Test.crc(content, 0, content.length);
        outcomes.add(new Outcome(at, crc, deflated.size(), runs));
        contents.add(content);
        file.put(at, member.localHeader());
        file.put(at + member.localHeader().length, deflated.toByteArray());
        plan.patch(outcomes.size() - 1, outcomes.get(outcomes.size() - 1), file::put);
        at += member.localHeader().length + deflated.size();
      }
      file.put(at, plan.directory(outcomes, at));
      assertRead(plan, contents, outcomes, file);
    }
  }

  private static byte[] content(Member member, Random random) {
    byte[] data = new byte[(int) member.spec().byteSize()];
    random.nextBytes(data);
    return ByteBuffer.allocate(member.npyHeader().length + data.length)
        .put(member.npyHeader())
        .put(data)
        .array();
  }

  /** Deflates in runs of random length, none of which looks back before its own start. */
  private static SeekTable deflate(byte[] content, Random random, ByteArrayOutputStream out) {
    List<Long> lengths = new ArrayList<>();
    List<Long> deflated = new ArrayList<>();
    byte[] buffer = new byte[2 * content.length + 100];
    for (int at = 0; at < content.length; ) {
      int length = 1 + random.nextInt(content.length - at);
      Deflater deflater = new Deflater(random.nextInt(10), true);
      deflater.setInput(content, at, length);
      int count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      deflater.end();
      out.write(buffer, 0, count);
      lengths.add((long) length);
      deflated.add((long) count);
      at += length;
    }
    out.writeBytes(DeflatedPlan.END_OF_DATA);
    deflated.set(deflated.size() - 1, deflated.get(deflated.size() - 1) + 2);
    return SeekTable.of(
        lengths.stream().mapToLong(Long::longValue).toArray(),
        deflated.stream().mapToLong(Long::longValue).toArray());
  }

  private static void assertRead(
      DeflatedPlan plan, List<byte[]> contents, List<Outcome> outcomes, SparseFile file)
      throws IOException {
    try (NpzArchive archive = NpzArchive.open(file.path());
        ZipFile zip = new ZipFile(file.path().toFile())) {
      assertEquals(
          plan.members().stream().map(member -> member.key() + ".npy").toList(), archive.names());
      for (int i = 0; i < contents.size(); i++) {
        Member planned = plan.members().get(i);
        String name = planned.key() + ".npy";
        ArchiveMember read = archive.member(name).orElseThrow();
        assertEquals(planned.spec(), read.header().orElseThrow().spec());
        assertEquals(outcomes.get(i).compressedSize(), read.compressedSize());
        assertEquals(outcomes.get(i).crc(), read.crc());
        int room = DeflatedPlan.room(MemberName.of(planned.key(), planned.spec()));
        assertSameRuns(outcomes.get(i).seek().fitting(room), read.runs());
        NDArray array = archive.array(read);
        byte[] data =
            Arrays.copyOfRange(contents.get(i), planned.npyHeader().length, contents.get(i).length);
        assertArrayEquals(data, array.toBytes().array());
        assertArrayEquals(
            contents.get(i), zip.getInputStream(zip.getEntry(name)).readAllBytes());
      }
    }
  }

  private static void assertSameRuns(SeekTable expected, SeekTable found) {
    assertArrayEquals(expected.content(), found.content());
    assertArrayEquals(expected.deflated(), found.deflated());
  }

  @Property
  void aSeekTableIsReadBackBehindOtherFields(@ForAll("runs") Runs runs, @ForAll byte[] other) {
    SeekTable table = SeekTable.of(runs.content(), runs.deflated());
    byte[] extra = table.extra();
    assertTrue(extra.length < 0xFFFF - 100, extra.length + " bytes");
    ByteBuffer fields = ByteBuffer.allocate(4 + other.length + extra.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0x7777)
        .putShort((short) other.length)
        .put(other)
        .put(extra)
        .flip();
    assertSameRuns(
        table, SeekTable.find(fields, runs.size(), runs.compressedSize()).orElseThrow());
    assertEquals(runs.size(), Arrays.stream(table.content()).sum());
    assertEquals(runs.compressedSize(), Arrays.stream(table.deflated()).sum());
  }

  @Property
  void aSeekTableOfAnotherMemberIsNoneAtAll(
      @ForAll("runs") Runs runs, @ForAll @LongRange(min = 1, max = 1 << 20) long off) {
    ByteBuffer extra =
        ByteBuffer.wrap(SeekTable.of(runs.content(), runs.deflated()).extra());
    assertTrue(SeekTable.find(extra, runs.size() + off, runs.compressedSize()).isEmpty());
    assertTrue(SeekTable.find(extra, runs.size(), runs.compressedSize() + off).isEmpty());
  }

  /** Java 25 refuses others. */
  @Property(tries = 50)
  void directoryEntriesTakeAtMost64KiB(
      @ForAll @IntRange(min = 0, max = 65_000) int nameLength,
      @ForAll @IntRange(min = 1, max = 20_000) int runs) {
    String key = "k".repeat(nameLength);
    DeflatedPlan plan = DeflatedPlan.of(Map.of(key, ArraySpec.of(DType.UINT8, 1L << 40)));
    long[] lengths = new long[runs];
    Arrays.fill(lengths, 1000);
    SeekTable table = SeekTable.of(lengths, lengths);
    long total = 1000L * runs;
    ByteBuffer directory =
        plan.directory(List.of(new Outcome(1L << 40, 1, total, table)), 1L << 41);
    int entry = directory.limit() - ZipRecord.endSize(1, 1L << 41, 1);
    assertTrue(entry <= 0xFFFF, entry + " bytes");
    SeekTable kept =
        table.fitting(DeflatedPlan.room(MemberName.of(key, plan.members().get(0).spec())));
    assertEquals(total, Arrays.stream(kept.content()).sum());
  }
}
