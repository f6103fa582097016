package io.github.grisaille.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.grisaille.tensor.RandomStream;
import io.github.grisaille.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
    private static final String TWO = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";

    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("some.safetensors"), bytes);
    }

    private static byte[] bytes(long headLength, String head, int data) {
        byte[] json = head.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.putLong(headLength).put(json).array();
    }

    private Path file(String head, int data) throws IOException {
        return file(bytes(head.getBytes(StandardCharsets.UTF_8).length, head, data));
    }

    private static String one(String type, String shape, String offsets) {
        return "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    private void refused(String head, int data, String... messages) throws IOException {
        Path file = file(head, data);
        assertThatThrownBy(() -> SafeTensors.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("some.safetensors")
                .satisfies(Arrays.stream(messages)
                        .<Consumer<Throwable>>map(
                                message -> refusal -> assertThat(refusal).hasMessageContaining(message))
                        .toArray(Consumer[]::new));
    }

    @Test
    void whatIsWrittenIsReadBitForBit() {
        float[] odd = {Float.NaN, -0f, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 1f / 3, Float.MAX_VALUE};
        float[] many = new float[100_003];
        for (int i = 0; i < many.length; i++) {
            many[i] = (float) Math.sin(i);
        }
        Path path = folder.resolve("some.safetensors");
        new SafeTensors()
                .put("0.weight", Tensor.of(odd, 2, 3))
                .put("a \"quoted\" näme", Tensor.of(many, many.length))
                .put("scalar", Tensor.of(new float[] {5}))
                .describe("accuracy", "0.99 – \"good\"")
                .write(path);
        SafeTensors read = SafeTensors.read(path);
        assertThat(read.names()).containsExactly("0.weight", "a \"quoted\" näme", "scalar");
        assertThat(read.metadata()).containsExactly(Map.entry("accuracy", "0.99 – \"good\""));
        assertThat(read.shape("0.weight")).containsExactly(2, 3);
        assertThat(bits(read.values("0.weight"))).isEqualTo(bits(odd));
        assertThat(bits(read.values("a \"quoted\" näme"))).isEqualTo(bits(many));
        assertThat(read.tensor("scalar").shape().rank()).isZero();
        assertThat(read.type("scalar")).isEqualTo("F32");
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void theBytesByHand() throws IOException {
        Path path = folder.resolve("some.safetensors");
        new SafeTensors().put("a", Tensor.of(new float[] {1, -2}, 2)).write(path);
        // 54 bytes, and two spaces to make them a multiple of 8
        String head = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}  ";
        ByteBuffer expected = ByteBuffer.allocate(8 + 56 + 8).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(56)
                .put(head.getBytes(StandardCharsets.UTF_8))
                .putFloat(1)
                .putFloat(-2);
        assertThat(Files.readAllBytes(path)).isEqualTo(expected.array());
    }

    /** The bytes need not lie in the order of the names, and spaces may follow the head. */
    @Test
    void readsOtherMakersFiles() throws IOException {
        String head = "{\"a\":{\"shape\":[1],\"data_offsets\":[4,8],\"dtype\":\"F32\"},"
                + "\"empty\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[4,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}   ";
        byte[] bytes = bytes(head.length(), head, 8);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(8 + head.length(), 3)
                .putFloat(12 + head.length(), 4);
        SafeTensors read = SafeTensors.read(file(bytes));
        assertThat(read.names()).containsExactly("a", "empty", "b");
        assertThat(read.values("a")).containsExactly(4);
        assertThat(read.values("b")).containsExactly(3);
        assertThat(read.values("empty")).isEmpty();
        assertThat(SafeTensors.read(file("{}", 0)).names()).isEmpty();
    }

    @Test
    void widensHalfFloats() throws IOException {
        String head = "{\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[6,10]}}";
        byte[] bytes = bytes(head.length(), head, 10);
        ByteBuffer.wrap(bytes, 8 + head.length(), 10)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) 0x3C00)
                .putShort((short) 0xC100)
                .putShort((short) 0x7BFF)
                .putShort((short) 0x3F80)
                .putShort((short) 0xC020);
        SafeTensors read = SafeTensors.read(file(bytes));
        assertThat(read.values("h")).containsExactly(1, -2.5f, 65504);
        assertThat(read.values("b")).containsExactly(1, -2.5f);
    }

    /** Every one of them, by the definition of binary16. */
    @Test
    void widensEveryHalfFloat() {
        for (int half = 0; half < 1 << 16; half++) {
            double sign = half >> 15 == 0 ? 1 : -1;
            int exponent = half >> 10 & 31;
            int fraction = half & 1023;
            double expected = exponent == 0
                    ? sign * fraction / 1024 * Math.pow(2, -14)
                    : sign * (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
            if (exponent == 31) {
                expected = fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
            }
            assertThat(Float.compare(SafeTensorsReader.widenHalf((short) half), (float) expected))
                    .isZero();
        }
    }

    @Test
    void otherTypesAreListedButNotRead() throws IOException {
        String head = "{\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
        SafeTensors read = SafeTensors.read(file(head, 12));
        assertThat(read.type("a")).isEqualTo("I64");
        assertThat(read.values("b")).containsExactly(0);
        assertThatThrownBy(() -> read.values("a"))
                .hasMessageContaining("a is of type I64, and F32, F16 and BF16 are read");
        assertThatThrownBy(() -> read.write(folder.resolve("copy"))).hasMessageContaining("a is of type I64");
        assertThat(folder.resolve("copy")).doesNotExist();
        assertThatThrownBy(() -> read.values("c")).hasMessageContaining("has no tensor c; it has [a, b]");
    }

    @Test
    void refusesWhatIsNotOne() throws IOException {
        Path nothing = folder.resolve("nothing");
        assertThatThrownBy(() -> SafeTensors.read(nothing)).hasMessageContaining("is not a file");
        Path tiny = file(new byte[7]);
        assertThatThrownBy(() -> SafeTensors.read(tiny)).hasMessageContaining("has 7 bytes: it is cut off");
        Path liar = file(bytes(1L << 40, "{}", 0));
        assertThatThrownBy(() -> SafeTensors.read(liar))
                .hasMessageContaining("claims a head of 1099511627776 bytes, and 2 bytes follow");
        Path negative = file(bytes(-1, "{}", 0));
        assertThatThrownBy(() -> SafeTensors.read(negative)).hasMessageContaining("18446744073709551615 bytes");
        refused("PK not json", 0, "is not the JSON that it should be");
        refused("[1]", 0, "wanted is an object, and there is START_ARRAY");
        refused("{} {}", 0, "wanted is nothing after the head");
        refused("{\"a\":1}", 0, "wanted is a: an object, and there is VALUE_NUMBER_INT");
        refused("{\"__metadata__\":{\"n\":1}}", 0, "__metadata__ n: a string");
        refused("[".repeat(100_000), 0, "wanted is an object");
        refused("{\"a\":" + "[".repeat(100_000), 0, "wanted is a: an object");
        refused(
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                8,
                "Duplicate");
    }

    @Test
    void refusesHeadsThatDoNotFitTheData() throws IOException {
        assertThat(SafeTensors.read(file(TWO, 12)).values("a")).hasSize(2);
        refused(TWO, 11, "the tensor b lies at bytes 8 to 12, and the data has 11");
        refused(TWO, 13, "its tensors end at byte 12 of the data, and there are 13 bytes");
        refused(
                TWO.replace("8,12", "4,8"),
                12,
                "b begins at byte 4, and the one before it ends at byte 8: they overlap");
        refused(TWO.replace("8,12", "9,13"), 13, "there is a gap");
        refused(TWO.replace("8,12", "-4,0"), 12, "lies at bytes -4 to 0");
        refused(one("F32", "[3]", "[0,8]"), 8, "of type F32 and shape [3] has 8 bytes; wanted are 4 bytes for each");
        refused(one("F32", "[65536,65536,65536,65536]", "[0,0]"), 0, "at most 2^31 - 1 values");
        refused(one("F32", "[-1]", "[0,0]"), 0, "extents of 0 to 2^31 - 1, and there is -1");
        refused(one("F32", "[99999999999]", "[0,0]"), 0, "extents of 0 to 2^31 - 1");
        refused(one("F32", "[99999999999999999999999]", "[0,0]"), 0, "out of range of `long`");
        refused(one("F32", "[1.5]", "[0,8]"), 8, "shape of whole numbers, and there is VALUE_NUMBER_FLOAT");
        refused(one("F32", "2", "[0,8]"), 8, "shape as an array");
        refused(one("F32", "[2]", "[0]"), 8, "two data_offsets");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, "a dtype, a shape and two data_offsets");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"colour\":1}}", 8, "a dtype, a shape and two data_offsets");
        refused("{\"__metadata__\":[]}", 0, "__metadata__: an object, and there is START_ARRAY");
        refused("{\"__metadata__\":{\"x\":null}}", 0, "__metadata__ x: a string, and there is VALUE_NULL");
        refused("{\"a\":null}", 0, "a: an object, and there is VALUE_NULL");
        refused(one("F4", "[3]", "[0,1]"), 1, "of type F4 and shape [3] has 1 bytes; wanted are 4 bits for each");
        refused(one("F4", "[3]", "[0,2]"), 2, "wanted are 4 bits for each");
        refused(one("F6_E2M3", "[2]", "[0,2]"), 2, "wanted are 6 bits for each");
    }

    /** As the reference implementation, version 0.8, reads them. */
    @Test
    void readsWhatOtherWritersAddToTheHead() throws IOException {
        SafeTensors noMetadata = SafeTensors.read(file("{\"__metadata__\":null," + TWO.substring(1), 12));
        assertThat(noMetadata.names()).containsExactly("a", "b");
        assertThat(noMetadata.metadata()).isEmpty();
        String more = "{\"a\":{\"unit\":{\"of\":[1,{\"dtype\":null}]},\"dtype\":\"F32\",\"shape\":[2],"
                + "\"data_offsets\":[0,8],\"colour\":1}}";
        SafeTensors read = SafeTensors.read(file(more, 8));
        assertThat(read.shape("a")).containsExactly(2);
        assertThat(read.values("a")).containsExactly(0, 0);
    }

    /** Bits a value as in the reference implementation, version 0.8: the fewest values that fill whole bytes. */
    @ParameterizedTest
    @CsvSource({
        "F4, 2, 1",
        "F6_E2M3, 4, 3",
        "F6_E3M2, 4, 3",
        "BOOL, 1, 1",
        "U8, 1, 1",
        "I8, 1, 1",
        "F8_E4M3, 1, 1",
        "F8_E4M3FNUZ, 1, 1",
        "F8_E5M2, 1, 1",
        "F8_E5M2FNUZ, 1, 1",
        "F8_E8M0, 1, 1",
        "I16, 1, 2",
        "U16, 1, 2",
        "F16, 1, 2",
        "BF16, 1, 2",
        "I32, 1, 4",
        "U32, 1, 4",
        "F32, 1, 4",
        "I64, 1, 8",
        "U64, 1, 8",
        "F64, 1, 8",
        "C64, 1, 8"
    })
    void everyTypeHasItsSize(String type, int values, int bytes) throws IOException {
        SafeTensors read = SafeTensors.read(file(one(type, "[" + values + "]", "[0," + bytes + "]"), bytes));
        assertThat(read.type("a")).isEqualTo(type);
        refused(one(type, "[" + values + "]", "[0," + (bytes + 1) + "]"), bytes + 1, "of type " + type + " and shape");
        refused(one(type, "[" + (values + 1) + "]", "[0," + bytes + "]"), bytes, "of type " + type + " and shape");
    }

    /** The reference refuses the file; here the tensors beside it can be read. */
    @Test
    void aTypeThatIsNotKnownIsListed() throws IOException {
        String head = "{\"new\":{\"dtype\":\"Q7\",\"shape\":[5],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
        SafeTensors read = SafeTensors.read(file(head, 8));
        assertThat(read.type("new")).isEqualTo("Q7");
        assertThat(read.values("b")).containsExactly(0);
        assertThatThrownBy(() -> read.values("new"))
                .hasMessageContaining("new is of type Q7, and F32, F16 and BF16 are read: convert it");
    }

    /** A tensor of more than 2 GB that is not asked for is passed over. */
    @Test
    void aLargeTensorOfAnotherTypeIsPassedOver() throws IOException {
        long large = 300_000_000L * 8;
        String head = "{\"ids\":{\"dtype\":\"I64\",\"shape\":[300000000],\"data_offsets\":[0," + large + "]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + large + "," + (large + 4) + "]}}";
        byte[] front = bytes(head.length(), head, 0);
        InputStream all = new InputStream() {
            private long at;

            @Override
            public int read() {
                long behind = at++ - front.length - large;
                // the last four bytes are 1 as a float
                return behind < -large
                        ? front[(int) (behind + large + front.length)] & 0xFF
                        : behind == 2 ? 0x80 : behind == 3 ? 0x3F : 0;
            }

            @Override
            public long skip(long bytes) {
                at += bytes;
                return bytes;
            }
        };
        SafeTensors read = SafeTensors.read(all, front.length + large + 4, "large");
        assertThat(read.values("b")).containsExactly(1);
    }

    /** A head that claims 8 GB must not make the reader reserve them. */
    @Test
    void aFalseClaimCostsNoMemory() throws IOException {
        refused(one("F32", "[2147483647]", "[0,8589934588]"), 100, "and the data has 100");
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
            StringBuilder head = new StringBuilder("{");
            for (int t = 0; t <= random.nextInt(4); t++) {
                head.append(t == 0 ? "" : ",").append("\"t").append(t).append("\":{\"dtype\":\"F32\",\"shape\":[");
                head.append(numbers[random.nextInt(numbers.length)]).append(random.nextInt(3) == 0 ? ",0" : "");
                head.append("],\"data_offsets\":[")
                        .append(numbers[random.nextInt(numbers.length)])
                        .append(",");
                head.append(numbers[random.nextInt(numbers.length)]).append("]}");
            }
            head.append("}");
            long length = random.nextInt(4) == 0 ? 1L << random.nextInt(63) : head.length();
            byte[] bytes = bytes(length, head.toString(), random.nextInt(20));
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

    @Test
    void aPartIsANetworkOfItsOwn() {
        SafeTensors tensors = new SafeTensors()
                .put("generator.0.weight", Tensor.of(new float[] {1, 2}, 2))
                .put("generators.0.weight", Tensor.of(new float[] {3}, 1))
                .put("discriminator.0.weight", Tensor.of(new float[] {4}, 1));
        SafeTensors part = tensors.part("generator");
        assertThat(part.names()).containsExactly("0.weight");
        assertThat(part.values("0.weight")).containsExactly(1, 2);
        assertThatThrownBy(() -> part.values("1.weight"))
                .hasMessage("the tensors, generator has no tensor 1.weight; it has [0.weight]");
    }

    @Test
    void namesAreGivenOnce() {
        SafeTensors tensors = new SafeTensors().put("a", Tensor.of(new float[1], 1));
        assertThatThrownBy(() -> tensors.put("a", Tensor.of(new float[1], 1))).hasMessageContaining("hold a already");
        assertThatThrownBy(() -> tensors.put("__metadata__", Tensor.of(new float[1], 1)))
                .hasMessageContaining("keeps the name __metadata__ for itself");
    }
}
