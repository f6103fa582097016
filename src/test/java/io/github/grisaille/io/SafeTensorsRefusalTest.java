package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are damaged, cut off or make false claims. */
class SafeTensorsRefusalTest extends SafeTensorsFiles {
    @Test
    void refusesWhatIsNotOne() throws IOException {
        Path nothing = folder.resolve("nothing");
        assertThatThrownBy(() -> SafeTensors.read(nothing)).hasMessageContaining("is not a file");
        Path tiny = file(new byte[7]);
        assertThatThrownBy(() -> SafeTensors.read(tiny)).hasMessageContaining("has 7 bytes: it is cut off");
        Path liar = file(bytes(1L << 40, "{}", 0));
        assertThatThrownBy(() -> SafeTensors.read(liar))
                .hasMessageContaining("claims a header of 1099511627776 bytes, but 2 bytes follow");
        Path negative = file(bytes(-1, "{}", 0));
        assertThatThrownBy(() -> SafeTensors.read(negative)).hasMessageContaining("18446744073709551615 bytes");
        refused("PK not json", 0, "its header is not valid JSON");
        refused("[1]", 0, "its header should have an object; found START_ARRAY");
        refused("{} {}", 0, "its header should have nothing after its last brace");
        refused("{\"a\":1}", 0, "its header should have a: an object; found VALUE_NUMBER_INT");
        refused("{\"__metadata__\":{\"n\":1}}", 0, "__metadata__ n: a string");
        refused("[".repeat(100_000), 0, "its header should have an object");
        refused("{\"a\":" + "[".repeat(100_000), 0, "its header should have a: an object");
        refused(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                8,
                "Duplicate");
    }

    @Test
    void refusesHeadersThatDoNotFitTheData() throws IOException {
        assertThat(SafeTensors.read(file(TWO, 12)).values("a")).hasSize(2);
        refused(TWO, 11, "the tensor b lies at bytes 8 to 12, but the data has 11 bytes");
        refused(TWO, 13, "its tensors end at byte 12 of the data, but the data has 13 bytes");
        refused(
                TWO.replace("8,12", "4,8"),
                12,
                "b begins at byte 4, but the tensor before it ends at byte 8: they overlap");
        refused(TWO.replace("8,12", "9,13"), 13, "there is a gap");
        refused(TWO.replace("8,12", "-4,0"), 12, "lies at bytes -4 to 0");
        refused(one("F32", "[3]", "[0,8]"), 8, "of type F32 and shape [3] has 8 bytes; it needs 4 bytes for each");
        refused(one("F32", "[65536,65536,65536,65536]", "[0,0]"), 0, "at most 2^31 - 1 values");
        refused(one("F32", "[-1]", "[0,0]"), 0, "extents of 0 to 2^31 - 1; found -1");
        refused(one("F32", "[99999999999]", "[0,0]"), 0, "extents of 0 to 2^31 - 1");
        refused(one("F32", "[99999999999999999999999]", "[0,0]"), 0, "out of range of `long`");
        refused(one("F32", "[1.5]", "[0,8]"), 8, "shape of whole numbers; found VALUE_NUMBER_FLOAT");
        refused(one("F32", "2", "[0,8]"), 8, "shape as an array");
        refused(one("F32", "[2]", "[0]"), 8, "two data_offsets");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "a dtype, a shape and two data_offsets");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"colour\":1}}", 8, "a dtype, a shape and two data_offsets");
        refused("{\"__metadata__\":[]}", 0, "__metadata__: an object; found START_ARRAY");
        refused("{\"__metadata__\":{\"x\":null}}", 0, "__metadata__ x: a string; found VALUE_NULL");
        refused("{\"a\":null}", 0, "a: an object; found VALUE_NULL");
        refused(one("F4", "[3]", "[0,1]"), 1, "of type F4 and shape [3] has 1 bytes; it needs 4 bits for each");
        refused(one("F4", "[3]", "[0,2]"), 2, "it needs 4 bits for each");
        refused(one("F6_E2M3", "[2]", "[0,2]"), 2, "it needs 6 bits for each");
    }

    /** A header that claims 8 GB must not make the reader reserve them. */
    @Test
    void aFalseClaimCostsNoMemory() throws IOException {
        refused(one("F32", "[2147483647]", "[0,8589934588]"), 100, "but the data has 100");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void damagedFilesNeverCrashTheReader(long seed) throws IOException {
        Path good = folder.resolve("good");
        new SafeTensors()
                .put("0.weight", Tensor.of(new float[12], 3, 4))
                .put("0.bias", Tensor.of(new float[4], 4))
                .describe("what", "a test")
                .write(good);
        byte[] whole = Files.readAllBytes(good);
        String alphabet = "{}[]\",:0123456789-.eE \\u";
        RandomStream random = new RandomStream(seed, 0);
        int survived = 0;
        for (int round = 0; round < 4000; round++) {
            byte[] bytes = whole.clone();
            for (int k = random.nextInt(4); k > 0; k--) {
                int at = random.nextInt(bytes.length);
                bytes[at] = (byte)
                        (random.nextInt(2) == 0
                                ? random.nextInt(256)
                                : alphabet.charAt(random.nextInt(alphabet.length())));
            }
            int length = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(bytes.length + 1);
                case 1 -> bytes.length + random.nextInt(9);
                default -> bytes.length;
            };
            try {
                SafeTensors read = new SafeTensorsReader(Arrays.copyOf(bytes, length), "some.safetensors").read();
                read.names().forEach(read::shape);
                survived++;
            } catch (IllegalArgumentException | UncheckedIOException expected) {
                assertThat(expected).hasMessageContaining("some.safetensors");
            }
        }
        // what hits only values, names or texts is not seen
        assertThat(survived).isBetween(400, 3600);
    }

    /** Heads that claim much in a file of little: lengths, extents, offsets and nesting. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3"})
    void noClaimMakesTheReaderTakeMuchMoreThanTheFileIsLong(long seed) throws IOException {
        RandomStream random = new RandomStream(seed, 1);
        ThreadMXBean memory = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        String[] numbers = {"0", "4", "8", "2147483647", "8589934588", "9223372036854775807", "-1", "1e9"};
        for (int round = 0; round < 2000; round++) {
            StringBuilder header = new StringBuilder("{");
            for (int t = 0; t <= random.nextInt(4); t++) {
                header.append(t == 0 ? "" : ",").append("\"t").append(t).append("\":{\"dtype\":\"F32\",\"shape\":[");
                header.append(numbers[random.nextInt(numbers.length)]).append(random.nextInt(3) == 0 ? ",0" : "");
                header.append("],\"data_offsets\":[")
                        .append(numbers[random.nextInt(numbers.length)])
                        .append(",");
                header.append(numbers[random.nextInt(numbers.length)]).append("]}");
            }
            header.append("}");
            long length = random.nextInt(4) == 0 ? 1L << random.nextInt(63) : header.length();
            byte[] bytes = bytes(length, header.toString(), random.nextInt(20));
            long before = memory.getCurrentThreadAllocatedBytes();
            try {
                new SafeTensorsReader(bytes, "some.safetensors").read();
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageContaining("some.safetensors");
            }
            // Jackson's own buffers and the message; what is claimed is up to 8 EB
            assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
        }
    }
}
