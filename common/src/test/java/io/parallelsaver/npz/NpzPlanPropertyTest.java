package io.parallelsaver.npz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parallelsaver.array.ArraySpec;
import io.parallelsaver.npy.NpyHeader;
import io.parallelsaver.npz.NpzPlan.Member;
import io.parallelsaver.testing.AnyArray;
import io.parallelsaver.testing.SparseFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class NpzPlanPropertyTest {
  /** So that eight of them fit into a file with holes. */
  private static final long MOST_BYTES = 1L << 38;

  @Provide
  Arbitrary<Map<String, ArraySpec>> arrays() {
    return Arbitraries.maps(AnyArray.keys(), AnyArray.specs(MOST_BYTES))
        .ofMaxSize(8)
        .map(arrays -> (Map<String, ArraySpec>) new LinkedHashMap<>(arrays))
        .withoutEdgeCases();
  }

  @Provide
  Arbitrary<Profile> profiles() {
    return Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.of(Profile.NUMPY, Profile.ALIGNED, Profile.PAGE_ALIGNED)),
        Tuple.of(1, Arbitraries.integers().between(6, 15).map(bits -> new Profile(1 << bits))));
  }

  private static ArraySpec written(ArraySpec spec, Profile profile) {
    return profile.equals(Profile.NUMPY) ? spec.withoutLogicalType() : spec;
  }

  @Property
  void everyByteHasOnePlace(
      @ForAll("arrays") Map<String, ArraySpec> arrays, @ForAll("profiles") Profile profile) {
    NpzPlan plan = NpzPlan.of(arrays, profile);
    assertEquals(
        List.copyOf(arrays.keySet()), plan.members().stream().map(Member::key).toList());
    long at = 0;
    for (Member member : plan.members()) {
      ArraySpec spec = arrays.get(member.key());
      assertEquals(spec, member.spec());
      assertEquals(at, member.localOffset());
      assertEquals(at + member.framing().length, member.dataOffset());
      assertEquals(member.dataOffset() - member.npyHeaderLength(), member.memberOffset());
      assertEquals(at + member.framing().length + spec.byteSize(), member.end());
      assertEquals(0, member.dataOffset() % Math.max(1, profile.alignment()));
      at = member.end();
    }
    assertEquals(at, plan.directoryOffset());
    ByteBuffer directory = plan.directory(new int[arrays.size()]);
    assertEquals(plan.fileSize(), plan.directoryOffset() + directory.remaining());
  }

  @Property
  void aFramingIsALocalHeaderAndAnArraysHeader(
      @ForAll("arrays") Map<String, ArraySpec> arrays, @ForAll("profiles") Profile profile) {
    for (Member member : NpzPlan.of(arrays, profile).members()) {
      byte[] framing = member.framing();
      LocalHeader local = LocalHeader.parse(framing);
      assertEquals(member.key() + ".npy", local.name());
      byte[] name = local.name().getBytes(StandardCharsets.UTF_8);
      assertEquals(name.length == local.name().length() ? 0 : 0x800, local.flags());
      assertEquals(0, local.method());
      assertEquals(0, local.crc());
      assertEquals(member.end() - member.memberOffset(), local.size());
      assertEquals(local.size(), local.compressedSize());
      assertEquals(member.memberOffset(), member.localOffset() + local.length());
      int padding = local.length() - 30 - name.length;
      int most = profile.alignment() == 0 ? 20 : profile.alignment() + 3 + 20;
      assertTrue(padding <= most, padding + " bytes of extra fields");
      byte[] header = Arrays.copyOfRange(framing, local.length(), framing.length);
      assertArrayEquals(NpyHeader.bytes(written(member.spec(), profile)), header);
    }
  }

  @Property
  void theArchiveIsReadAsItWasPlanned(
      @ForAll("arrays") Map<String, ArraySpec> arrays,
      @ForAll("profiles") Profile profile,
      @ForAll int crc)
      throws IOException {
    NpzPlan plan = NpzPlan.of(arrays, profile);
    int[] crcs = new int[arrays.size()];
    Arrays.setAll(crcs, i -> crc + 0x9E3779B9 * i);
    try (SparseFile file = new SparseFile()) {
      plan.members().forEach(member -> file.put(member.localOffset(), member.framing()));
      file.put(plan.directoryOffset(), plan.directory(crcs));
      try (NpzArchive archive = NpzArchive.open(file.path())) {
        assertEquals(plan.fileSize(), archive.size());
        assertEquals(
            plan.members().stream().map(member -> member.key() + ".npy").toList(), archive.names());
        for (int i = 0; i < crcs.length; i++) {
          assertRead(archive, plan.members().get(i), profile, crcs[i]);
        }
      }
    }
  }

  private static void assertRead(NpzArchive archive, Member planned, Profile profile, int crc)
      throws IOException {
    String name = planned.key() + ".npy";
    ArchiveMember read = archive.member(name).orElseThrow();
    assertEquals(name, read.name());
    assertEquals(archive.names().contains(planned.key()) ? name : planned.key(), read.key());
    assertEquals(planned.memberOffset(), read.offset());
    assertEquals(planned.end() - planned.memberOffset(), read.size());
    assertEquals(read.size(), read.compressedSize());
    assertTrue(read.stored());
    assertEquals(crc, read.crc());
    assertEquals(
        new NpyHeader(written(planned.spec(), profile), planned.npyHeaderLength()),
        read.header().orElseThrow());
  }

  @Property(tries = 50)
  void equalArraysGiveEqualBytes(
      @ForAll("arrays") Map<String, ArraySpec> arrays, @ForAll("profiles") Profile profile) {
    NpzPlan one = NpzPlan.of(arrays, profile);
    NpzPlan two = NpzPlan.of(new LinkedHashMap<>(arrays), profile);
    int[] crcs = new int[arrays.size()];
    for (int i = 0; i < crcs.length; i++) {
      assertArrayEquals(one.members().get(i).framing(), two.members().get(i).framing());
    }
    assertEquals(one.directory(crcs), two.directory(crcs));
  }
}
